import Testing

@testable import ElevenPipe

@Suite struct `Parameters and texts` {
    static let texts = [
        "", " ", "Hello, world: #1 [really] {yes} *no* &c !d %e @f", "\"quoted\" 'and' `so`", "two\nlines\n", "tab\t",
        "\\n ${x} $${y} $",
        "Grüße, Ελληνικά, Привет, שלום, مرحبا, हिन्दी, ไทย, 日本語, 한국어, 中文", "👩‍👩‍👧‍👦", "e\u{301}", "NULL", "null", "~", "- a",
        "a: b", "yes",
        "007", "0x10", "\u{FEFF}x", "\u{85}\u{2028}",
    ]

    @Test(arguments: texts)
    func `a value from outside arrives exactly as it was given`(text: String) throws {
        let graph = file("a: [filesrc: {location: \"${t}\"}, fakesink]", head: "parameters: {t: {required: true}}\n")
        let checked = try checked(graph, ["t": text])
        #expect(value("location", in: checked) == .text(text))
        let again = try ElevenPipeGraphTests.checked(checked.graph.yaml)
        #expect(value("location", in: again) == .text(text))
    }

    @Test func `a file is taken to its last byte`() throws {
        let path = "/tmp/elevenpipe-parameter-\(UInt64.random(in: 0 ... .max))"
        defer { TemporaryFile.remove(path) }
        TemporaryFile.write(Array("${x}\n\nGrüße \n".utf8), to: path)
        var values = ParameterValues()
        try values.set("t", contentsOf: path, origin: "--set-file t")
        let graph = file("a: [filesrc: {location: \"<${t}>\"}, fakesink]", head: "parameters: {t: x}\n")
        #expect(value("location", in: try checked(graph, values)) == "<${x}\n\nGrüße \n>")
        TemporaryFile.write([0xC3, 0x28], to: path)
        #expect(throws: GraphError.self) { try values.set("t", contentsOf: path, origin: "--set-file t") }
    }

    @Test func `a NUL cannot be set`() {
        let graph = file("a: [filesrc: {location: \"${t}\"}, fakesink]", head: "parameters: {t: x}\n")
        #expect(findings(graph, ["t": "a\0b"]).first?.contains("NUL") == true)
    }

    @Test func `texts in the file keep their escapes, lines and dollars`() throws {
        let graph = file(
            "a:\n  - filesrc:\n      location: |\n        one: ${t} $${t}\n        two # $5\n  - fakesink",
            head: "parameters: {t: 1}\n")
        #expect(value("location", in: try checked(graph)) == "one: 1 ${t}\ntwo # $5\n")
    }

    @Test func `nothing leaves a property alone`() throws {
        for nothing in ["", "~", "null"] {
            let plan = try checked(file("a: [souphttpsrc: {location: \(nothing)}, fakesink]")).plan
            #expect(plan.elements[0].properties.isEmpty)
        }
        #expect(value("location", in: try checked(file("a: [filesrc: {location: 'null'}, fakesink]"))) == "null")
    }

    @Test func `a parameter can be an element's name or caps`() throws {
        let graph = file(
            "a: [audiotestsrc, \"${caps}\", \"${sink}\"]",
            head: "parameters: {caps: \"audio/x-raw,rate=8000\", sink: fakesink}\n")
        #expect(try checked(graph).factories("a") == ["audiotestsrc", "capsfilter", "fakesink"])
        #expect(findings(graph, ["sink": "fakesnk"]).first?.contains("did you mean 'fakesink'?") == true)
    }

    @Test(arguments: [
        ("txt", "x", "there is no parameter 'txt'; did you mean 'text'?"),
        ("n", "x", "'x' is not a whole number"),
        ("size", "huge", "'huge' is not one of small, large"),
        ("flag", "maybe", "not a boolean"),
        ("ratio", "inf", "not a number"),
    ])
    func `a value that does not fit is told with where it came from`(name: String, text: String, words: String) {
        let head = """
            parameters:
              text: hello
              n: {type: integer, default: 1}
              size: {one-of: [small, large], default: small}
              flag: {type: boolean, default: yes}
              ratio: {type: number, default: 1}

            """
        var values = ParameterValues()
        values.set(name, to: text, origin: "--set \(name)")
        let found = findings(file("a: [fakesrc, fakesink]", head: head), values)
        #expect(found.contains { $0.contains("--set \(name)") && $0.contains(words) }, "\(found)")
    }

    @Test func `files that are not there or cannot be read are told apart`() {
        func reason(_ path: String) -> GraphError.Reason? {
            do { _ = try Graph(contentsOf: path) } catch { return error.reason }
            return nil
        }
        #expect(reason("/nowhere/graph.yaml") == .missingFile)
        #expect(reason("/tmp") == .unreadableFile)
        #expect(reason("/dev/zero") == .invalid)
    }
}
