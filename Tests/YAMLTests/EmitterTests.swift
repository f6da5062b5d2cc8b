import Testing

@testable import YAML

@Suite struct `Writing YAML` {
    static let texts = [
        "", " ", "~", "null", "Null", "NULL", "true", "no", "007", "1e10", "-1", "-14dB", "- a", "a: b", "a #b", "#",
        "[a]",
        "{a}", "*a", "&a", "!a", "%a", "@a", "`a`", "a, b", "\"", "'", "it's \"so\"", "a\nb", "\n", "a\n\n", " lead",
        "trail ",
        "tab\there", "\\n", "\u{1}", "\u{85}", "\u{2028}", "\u{FEFF}", "Grüße", "Ελληνικά", "Привет", "שלום", "مرحبا",
        "हिन्दी",
        "ไทย", "日本語", "한국어", "中文，标点。", "👩‍👩‍👧‍👦 e\u{301}", "a:", ":a", "?", "? a", "|", ">", "---", "...", "<<", "y", "n",
        "audio/x-raw,rate=16000", "file:///x y", String(repeating: "word ", count: 200), "C:\\dir", "${a}", "$${a}",
    ]

    @Test(arguments: texts)
    func `every text comes back as it was, wherever it stands`(text: String) throws {
        let tree = Tree.map([
            ("key", .text(text)), ("list", .list([.text(text)])),
            ("flow", .list([.text(text), .text(text)], isFlow: true)),
            ("null", .null),
        ])
        let document = Reader.read(Array(Emitter.text(of: tree).utf8), file: "f")
        #expect(document.problems.isEmpty)
        let pairs = try #require(document.root?.pairs)
        #expect(pairs[0].value.text == text && !pairs[0].value.isNull)
        #expect(pairs[1].value.items?.map(\.text) == [text])
        #expect(pairs[2].value.items?.map(\.text) == [text, text])
        #expect(pairs[3].value.isNull)
    }

    @Test(arguments: texts.filter { !$0.isEmpty })
    func `every text can be a key`(text: String) throws {
        let document = Reader.read(Array(Emitter.text(of: .map([(text, .text("v"))])).utf8), file: "f")
        #expect(document.root?.pairs?.first?.key.text == text || text == "<<")
    }

    @Test func `simple words stand without quotes`() {
        #expect(
            Emitter.text(of: .map([("a", .list([.text("decodebin"), .text("audio/x-raw,rate=16000")]))]))
                == "a:\n- decodebin\n- audio/x-raw,rate=16000\n")
    }
}
