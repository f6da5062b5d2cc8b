import Testing

@testable import ElevenPipe

@Suite struct `What may stall alone` {
    private func graph(_ settings: String, _ meeting: String) -> String {
        file(
            """
            one:
              - audiotestsrc
            two:
              - audiotestsrc
            both:
              - from: {one: {\(settings)}, two: {}}
              - \(meeting)
              - fakesink
            """)
    }

    @Test(arguments: ["audiomixer", "audiointerleave"])
    func `gets a queue of its own behind everything else, and is read again as it is written`(mixer: String) throws {
        let expanded = try checked(graph("stall: continue", mixer))
        let queue = try #require(expanded.plan.elements.first { $0.factory == "stallqueue" })
        let branch = expanded.plan.elements.filter { $0.branch == queue.branch }.map(\.factory)
        #expect(branch.first == "queue" && branch.last == "stallqueue")
        #expect(expanded.plan.elements.count { $0.factory == "stallqueue" } == 1)
        let again = try checked(expanded.graph.yaml)
        #expect(again.graph.yaml == expanded.graph.yaml)
        let written = try Graph(yaml: Graph(yaml: graph("stall: continue", mixer)).yaml)
        #expect(written.branches.last?.input?.sources.map(\.stall) == [.continue, .wait])
    }

    @Test func `waits where nothing else is said`() throws {
        for settings in ["stall: wait", "stall: null", "volume: 1.0"] {
            #expect(!(try checked(graph(settings, "audiomixer"))).plan.elements.contains { $0.factory == "stallqueue" })
        }
    }

    @Test func `is told where it makes no sense`() {
        #expect(findings(graph("stall: never", "audiomixer")).first?.contains("'stall' is 'wait'") == true)
        #expect(findings(graph("stall: [continue]", "audiomixer")).first?.contains("'stall' is 'wait'") == true)
        #expect(findings(graph("stall: continue", "concat")).first?.contains("put an audiomixer") == true)
        let alone = file(
            """
            one:
              - audiotestsrc
            two:
              - from: {one: {stall: continue}}
              - fakesink
            """)
        #expect(findings(alone).first?.contains("put an audiomixer") == true)
    }

    @Test func `is a parameter in Swift, which is told to who gives it as a property`() throws {
        let graph = Graph {
            Branch("one") { Step("audiotestsrc", [:]) }
            Branch("two") { Step("audiotestsrc", [:]) }
            Branch("mix", from: [.init("one", ["stall": "continue"]), .init("two", ["pad": "sink_7"])]) {
                "audiomixer"
                "fakesink"
            }
        }
        let error = #expect(throws: GraphError.self) { try graph.checked() }
        let messages = error?.findings.map(\.message) ?? []
        #expect(messages.count == 2 && messages.first?.contains("'stall: .continue'") == true, "\(messages)")
        #expect(messages.last?.contains("'inputPad: \"sink_1\"'") == true, "\(messages)")
    }
}
