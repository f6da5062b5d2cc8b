import Foundation
import Testing

/// The text to speak, on its way from the user to the service.
@Suite(.inTurns) struct `A text arrives as it was written` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    static let texts = [
        "Grüße aus Köln, über die Straße",
        "Ελληνικά и кириллица",
        "日本語の文、中文句子。한국어",
        "العربية من اليمين עברית",
        "हिन्दी ภาษาไทย தமிழ்",
        "👩‍👩‍👧 🇫🇷 e\u{301} \u{1F3B6}",
        #"He said "hi", 'twice': [a, b] {c} #d & *e !f |g >h %i @j `k`"#,
        #"back\slash \n \u0041 C:\new"#,
        "a\nb\n\n  c\td",
        "\r\nwindows\r\n",
        "${x} $${y} $x ${text} %s $$",
        "  blanks before and behind  ",
        "\nlines before and behind\n",
        "- a: b\n- c",
        "null", "~", "007", "--set", "-", "=a=b=",
    ]

    static let locales = ["", "C", "C.UTF-8"]

    private func finish(
        _ server: Server, _ arguments: [String], _ locale: String, input: String? = nil
    ) async throws {
        let environment = Server.keyEnvironment.merging(locale.isEmpty ? [:] : ["LC_ALL": locale]) { $1 }
        let finished = try await scratch.elevenpipe(
            ["run"] + arguments + ["--base-url", server.url], environment: environment, input: input)
        #expect(finished.status == 0, "\(finished.errorText)")
    }

    /// Every text in one locale or another.
    @Test(arguments: texts.enumerated().map { ($1, locales[$0 % locales.count]) })
    func `from the command line, from a file, from standard input and in the graph`(
        text: String, locale: String
    ) async throws {
        let server = try await scratch.serve(try await scratch.mp3(seconds: 0.1))
        let graph = try scratch.graph(
            "a: [elevenlabstts: {text: \"${text}\", voice-id: v}, fakesink]",
            head: "parameters: {text: {required: true}}\n")
        try await finish(server, [graph, "--set", "text=\(text)"], locale)
        let file = try scratch.write(text, to: "text.txt")
        try await finish(server, [graph, "--set-file", "text=\(file)"], locale)
        try await finish(server, [graph, "--set-file", "text=-"], locale, input: file)
        let written = try scratch.graph(
            "a: [elevenlabstts: {text: \(quoted(text)), voice-id: v}, fakesink]", name: "written.yaml")
        try await finish(server, [written], locale)
        #expect(try server.requests.map { try $0.text() } == Array(repeating: text, count: 4))
    }

    /// In YAML's double quotes, which take JSON's escapes, and with the parameter sign doubled.
    private func quoted(_ text: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(text), as: UTF8.self).replacing("${", with: "$${")
    }

    @Test(arguments: ["de_DE.UTF-8", "C", "C.UTF-8"])
    func `numbers are written with a point in every locale`(locale: String) async throws {
        let server = try await scratch.serve(try await scratch.mp3(seconds: 0.1))
        let graph = try scratch.graph("a: [elevenlabstts: {text: x, voice-id: v, speed: 0.75}, fakesink]")
        try await finish(server, [graph], locale)
        #expect(try server.requests.first?.body == #"{"text":"x","voice_settings":{"speed":0.75}}"#)
    }

    @Test func `and what is not UTF-8 is refused in words`() async throws {
        let graph = try scratch.graph(
            "a: [elevenlabstts: {text: \"${text}\", voice-id: v}, fakesink]", head: "parameters: {text: a}\n")
        let broken = try scratch.write([0x61, 0xFF, 0x62], to: "broken.txt")
        let shell = "exec \"$0\" run --offline \"$1\" --set \"text=$(printf 'a\\377b')\""
        let argument = try await scratch.start("/bin/sh", ["-c", shell, Project.program, graph]).finish()
        #expect(argument.status == 64)
        #expect(argument.lines.first?.contains("UTF-8") == true, "\(argument.lines)")
        let name = "exec \"$0\" run --offline \"$(printf 'a\\377b')\""
        let operand = try await scratch.start("/bin/sh", ["-c", name, Project.program]).finish()
        #expect(operand.status != 0 && operand.status < 128)
        #expect(operand.lines.first?.contains("UTF-8") == true, "\(operand.lines)")
        for input in ["text=\(broken)", "text=-"] {
            let file = try await scratch.elevenpipe(
                ["run", "--offline", graph, "--set-file", input], input: broken)
            #expect((64...66).contains(file.status), "\(file.status)")
            #expect(file.lines.count == 1 && file.lines.first?.contains("UTF-8") == true, "\(file.lines)")
        }
        let bytes =
            Array("elevenpipe: 1\ngraph:\n  a: [elevenlabstts: {text: ".utf8) + [0xFF] + Array("}, fakesink]\n".utf8)
        let whole = try await scratch.elevenpipe(["run", "--offline", try scratch.write(bytes, to: "broken.yaml")])
        #expect(whole.status == 65)
        #expect(whole.errorText.contains("broken.yaml:3:") && whole.errorText.contains("UTF-8"), "\(whole.lines)")
    }
}
