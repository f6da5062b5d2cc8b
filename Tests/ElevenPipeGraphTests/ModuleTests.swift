import Foundation
import Testing

@testable import ElevenPipe

/// A folder with graph files that goes when the test is over.
private final class Folder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("modules-\(UUID().uuidString)").path

    init(_ files: [String: String]) throws {
        for (name, text) in files {
            let file = URL(fileURLWithPath: path).appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func load(_ name: String, _ parameters: ParameterValues = [:]) throws(GraphError) -> Graph {
        try Graph(contentsOf: "\(path)/\(name)", parameters: parameters)
    }

    /// What is wrong, with the folder's path taken out.
    func findings(_ name: String = "main.yaml") -> [String] {
        do {
            return try load(name).checked().warnings.map(\.description)
        } catch {
            return error.findings.map { $0.description.replacingOccurrences(of: path + "/", with: "") }
        }
    }
}

@Suite struct `Modules` {
    static let louder = """
        elevenpipe: 1
        parameters: {gain: {required: true, type: number}}
        graph:
          gain: [volume: {name: knob, volume: "${gain}"}]
        """

    private func factories(_ graph: CheckedGraph) -> [String: [String]] {
        Dictionary(grouping: graph.plan.elements, by: \.branch).mapValues { $0.map(\.factory) }
    }

    @Test func `a module's steps take the place of the step that uses it, with its parameters`() throws {
        let folder = try Folder([
            "main.yaml": file(
                "a: [audiotestsrc, use: {file: parts/louder.yaml, with: {gain: \"${g}\"}}, fakesink]",
                head: "parameters: {g: 0.25}\n"),
            "parts/louder.yaml": Self.louder,
        ])
        let graph = try folder.load("main.yaml").checked()
        #expect(
            factories(graph)["a"]?.filter { !$0.hasPrefix("audio") || $0 == "audiotestsrc" } == [
                "audiotestsrc", "volume", "fakesink",
            ])
        let knob = try #require(graph.plan.elements.first { $0.factory == "volume" })
        #expect(knob.name == "a-louder-knob")
        #expect(knob.properties.map(\.value) == [.text("0.25")])
        #expect(knob.location.file.hasSuffix("parts/louder.yaml"))
        #expect(knob.location.line == 4)
    }

    @Test func `two uses of a module, one within another, have names of their own`() throws {
        let folder = try Folder([
            "main.yaml": file(
                """
                a: [audiotestsrc, use: {file: twice.yaml, name: first}, use: twice.yaml, fakesink]
                b: [audiotestsrc, use: {file: louder.yaml, with: {gain: 1}}, use: {file: louder.yaml, with: {gain: 2}}, fakesink]
                """),
            "twice.yaml": """
            elevenpipe: 1
            graph:
              in: [use: {file: louder.yaml, with: {gain: 3}}]
              out: [from: in, use: {file: louder.yaml, with: {gain: 4}}]
            """,
            "louder.yaml": Self.louder,
        ])
        let graph = try folder.load("main.yaml").checked()
        let volumes = graph.plan.elements.filter { $0.factory == "volume" }
        #expect(volumes.map { $0.properties[0].value } == ["3", "4", "3", "4", "1", "2"].map { .text($0) })
        #expect(Set(volumes.map(\.name)).count == 6)
        #expect(volumes[0].name == "first-in-louder-knob")
        // What is printed runs as it stands.
        let again = try Graph(yaml: graph.graph.yaml).checked()
        #expect(again.graph.yaml == graph.graph.yaml)
    }

    @Test func `a module can be a source, a sink, or both ends with branches of its own`() throws {
        let folder = try Folder([
            "main.yaml": file("voice: [use: source.yaml]\nend: [from: voice, use: tap.yaml, use: sink.yaml]"),
            "source.yaml": file("tone: [audiotestsrc: {num-buffers: 3}]\nmore: [from: tone, identity]"),
            "sink.yaml": file("one: [audioconvert]\ntwo: [from: one, fakesink]\nthree: [from: one, fakesink]"),
            "tap.yaml": file("in: [identity]\nmeter: [from: in, level, fakesink]\nout: [from: in, volume]"),
        ])
        let graph = try folder.load("main.yaml").checked()
        let steps = graph.plan.elements.filter { !$0.isInserted }.map(\.factory).sorted()
        #expect(
            steps == [
                "audioconvert", "audiotestsrc", "fakesink", "fakesink", "fakesink", "identity", "identity", "level",
                "volume",
            ])
        #expect(graph.plan.elements.count { $0.factory == "tee" } == 2)
    }

    @Test func `a module's own service defaults hold for its own elements only`() throws {
        let folder = try Folder([
            "main.yaml": file(
                "a: [use: {file: speech.yaml, with: {text: \"a, b: c\"}}, fakesink]\nb: [elevenlabstts: {text: b, voice-id: v}, fakesink]",
                head: "elevenlabs: {seed: 1}\n"),
            "speech.yaml": file(
                "s: [elevenlabstts: {text: \"${text}\", voice-id: v}]",
                head: "parameters: {text: x}\nelevenlabs: {seed: 7, stability: 0.5}\n"),
        ])
        let graph = try folder.load("main.yaml").checked()
        let elements = graph.plan.elements.filter { $0.factory == "elevenlabstts" }
        let properties = elements.map { Dictionary(uniqueKeysWithValues: $0.properties.map { ($0.name, $0.value) }) }
        #expect(properties[0]["text"] == .text("a, b: c"))
        #expect(properties.map { $0["seed"] } == [.text("7"), .text("1")])
        #expect(properties.map { $0["stability"] } == [.text("0.5"), nil])
    }

    @Test func `a graph made in Swift takes modules too`() throws {
        let inner = Graph(branches: [.init("x", steps: [.element(.init("identity"))])])
        let graph = Graph(branches: [
            .init(
                "a",
                steps: [
                    .element(.init("fakesrc")), .module(.init(inner, file: "inner.yaml", name: "m")),
                    .element(.init("fakesink")),
                ])
        ])
        #expect(try graph.checked().factories("a") == ["fakesrc", "identity", "fakesink"])
        #expect(graph.yaml.contains("use:"))
    }

    struct Case: CustomTestStringConvertible {
        let main: String
        let module: String
        let expected: String
        var testDescription: String { expected }
    }

    static let cases = [
        Case(
            main: "a: [fakesrc, use: m.yaml, fakesink]", module: file("x: [fakesrc]"),
            expected: "main.yaml:3:16: error: the module 'm.yaml' takes no input"),
        Case(
            main: "a: [use: m.yaml, fakesink]", module: file("x: [identity]"),
            expected: "main.yaml:3:7: error: the module 'm.yaml' needs an input, for its branch 'x'"),
        Case(
            main: "a: [fakesrc, use: m.yaml, fakesink]", module: file("x: [identity, fakesink]"),
            expected: "main.yaml:3:16: error: the module 'm.yaml' gives nothing on"),
        Case(
            main: "a: [fakesrc, use: m.yaml, fakesink]", module: file("x: [identity]\ny: [identity]"),
            expected:
                "main.yaml:3:16: error: the module 'm.yaml' leaves several inputs open, and only one can be fed: x, y"),
        Case(
            main: "a: [use: m.yaml, fakesink]", module: file("x: [fakesrc]\ny: [fakesrc]"),
            expected:
                "main.yaml:3:7: error: the module 'm.yaml' leaves several outputs open, and only one can go on: x, y"),
        Case(
            main: "a: [use: {file: m.yaml, with: {nme: 1}}, fakesink]",
            module: file("x: [fakesrc: {name: \"${name}\"}]", head: "parameters: {name: n}\n"),
            expected: "main.yaml:3:34: error: 'with': there is no parameter 'nme'; did you mean 'name'?"),
        Case(
            main: "a: [use: m.yaml, fakesink]",
            module: file("x: [fakesrc: {num-buffers: \"${n}\"}]", head: "parameters: {n: {required: true}}\n"),
            expected: "main.yaml:3:7: error: the parameter 'n' has no value: set it under 'with'"),
        Case(
            main: "a: [use: {file: m.yaml, with: {n: x}}, fakesink]",
            module: file(
                "x: [fakesrc: {num-buffers: \"${n}\"}]", head: "parameters: {n: {default: 1, type: integer}}\n"),
            expected: "main.yaml:3:34: error: 'with' of the parameter 'n': 'x' is not a whole number"),
        Case(
            main: "a: [use: m.yaml, fakesink]", module: file("x: [fakesrc: {num-buffer: 1}]"),
            expected: "m.yaml:3:17: error: 'fakesrc' has no property 'num-buffer'; did you mean 'num-buffers'?"),
        Case(
            main: "a: [use: m.yaml, fakesink]", module: "elevenpipe: 1\ngraph:\n  x: [fakesrc\n",
            expected: "m.yaml:"),
        Case(
            main: "a: [use: m.yaml, fakesink]", module: file("x: [use: m.yaml]"),
            expected: "m.yaml:3:12: error: the module 'm.yaml' uses itself"),
        Case(
            main: "a: [fakesrc, use: m.yaml, fakesink]", module: file("x: [nosuchelement, identity]"),
            expected: "m.yaml:3:7: error: there is no element 'nosuchelement'"),
        Case(
            main: "a: [fakesrc, use: m.yaml, fakesink]",
            module: file("in: [matroskademux: {name: d}]\naudio: [from: d.audio_0, identity]"), expected: ""),
        Case(
            main: "a: [use: m.yaml, fakesink]", module: file("x: [from: nosuch, identity]"),
            expected: "m.yaml:3:13: error: there is no branch 'nosuch'"),
        Case(
            main: "a: [use: {file: m.yaml, with: {n: {0s: 1, 1s: 2}}}, fakesink]",
            module: file("x: [fakesrc: {num-buffers: \"${n}\"}]", head: "parameters: {n: {required: true}}\n"),
            expected: "main.yaml:3:37: error: a parameter is one value"),
        Case(
            main: "a: [use: ./m.yaml, fakesink]", module: file("x: [use: ./m.yaml]"),
            expected: "m.yaml:3:12: error: the module './m.yaml' uses itself"),
        Case(
            main: "a: [use: main.yaml, fakesink]", module: "",
            expected: "main.yaml:3:12: error: the module 'main.yaml' uses itself"),
        Case(
            main: "a: [use: m.yaml, fakesink]", module: file("x: [fakesrc]", head: "insert: nothing\n"),
            expected: "m.yaml: error: 'insert' holds for a whole run"),
        Case(
            main: "a: [use: m.yaml, fakesink]",
            module: file("x: [fakesrc]", head: "elevenlabs: {base-url: \"http://127.0.0.1:1\"}\n"),
            expected: "m.yaml: error: 'base-url' holds for a whole run"),
        Case(
            main: "a: [use: m.yaml, fakesink]", module: file("x: [fakesrc]", head: "elevenlabs: {sed: 1}\n"),
            expected: "m.yaml:2:14: error: 'elevenlabs' has no setting 'sed'; did you mean 'seed'?"),
        Case(main: "a: [use: [m.yaml], fakesink]", module: "", expected: "main.yaml:3:12: error: 'use' names a file"),
        Case(main: "a: [use: {with: {}}, fakesink]", module: "", expected: "main.yaml:3:7: error: 'use' names no file"),
        Case(
            main: "a: [use: {file: m.yaml, wiht: {}}, fakesink]", module: file("x: [fakesrc]"),
            expected: "main.yaml:3:27: error: 'use' has no setting 'wiht'; did you mean 'with'?"),
        Case(
            main: "a: [use: {file: m.yaml, name: b}]\nb-x: [fakesrc, fakesink]", module: file("x: [fakesrc, fakesink]"),
            expected: ""),
    ]

    @Test(arguments: cases)
    func `what is wrong with a module is told where it stands`(_ test: Case) throws {
        let folder = try Folder(["main.yaml": file(test.main), "m.yaml": test.module])
        let findings = folder.findings()
        if test.expected.isEmpty {
            #expect(findings == [])
        } else {
            #expect(findings.contains { $0.hasPrefix(test.expected) }, "\(findings)")
            #expect(findings.count == 1, "\(findings)")
        }
    }

    @Test func `modules that multiply without end are refused`() throws {
        var files: [String: String] = ["main.yaml": file("a: [fakesrc, use: m0.yaml, fakesink]")]
        for index in 0..<12 {
            files["m\(index).yaml"] = file("x: [use: m\(index + 1).yaml, use: m\(index + 1).yaml]")
        }
        files["m12.yaml"] = file("x: [identity]")
        let folder = try Folder(files)
        #expect(folder.findings().contains { $0.contains("more than 200 modules") })
    }
}
