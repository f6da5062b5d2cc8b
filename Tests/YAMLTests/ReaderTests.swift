import Testing

@testable import YAML

@Suite struct `Reading YAML` {
    private func read(_ text: String) -> Document { Reader.read(Array(text.utf8), file: "f.yaml") }

    private func root(_ text: String) throws -> Node {
        let document = read(text)
        #expect(document.problems.isEmpty, "\(document.problems)")
        return try #require(document.root)
    }

    @Test func `scalars keep their text`() throws {
        let items = try #require(try root("[no, 007, 1e10, 0x1F, 'it''s', \"a\\tb\", true]").items)
        #expect(items.map(\.text) == ["no", "007", "1e10", "0x1F", "it's", "a\tb", "true"])
    }

    @Test func `only unquoted nothing is nothing`() throws {
        let items = try #require(try root("[~, null, Null, '', \"null\", \"~\"]").items)
        #expect(items.map(\.isNull) == [true, true, true, false, false, false])
    }

    @Test func `places count characters, not bytes`() throws {
        let pairs = try #require(try root("größe: {ß: Ω}\n日本: 語\n").pairs)
        #expect(pairs[0].value.start.column == 8)
        #expect(pairs[0].value.pairs?[0].value.start.column == 12)
        #expect(pairs[1].value.start == Place(file: "f.yaml", line: 2, column: 5))
        #expect(pairs[1].value.end == Place(file: "f.yaml", line: 2, column: 6))
    }

    @Test func `a comment behind an unquoted scalar is seen, one behind a quoted one is not`() throws {
        let pairs = try #require(try root("a: b # c\nd: 'e' # f\ng: h#i\nj: # k\nl: m\n").pairs)
        #expect(pairs.map(\.value.isFollowedByComment) == [true, false, false, true, false])
    }

    @Test func `block texts keep their lines`() throws {
        let pairs = try #require(try root("a: |\n  one\n  two: # three\nb: >-\n  four\n  five\n").pairs)
        #expect(pairs.map(\.value.text) == ["one\ntwo: # three\n", "four five"])
    }

    @Test func `an alias is what its anchor is`() throws {
        let pairs = try #require(try root("a: &x [1, 2]\nb: *x\n").pairs)
        #expect(pairs[1].value.items?.map(\.text) == ["1", "2"])
    }

    static let marked: [[UInt8]] = [
        [0xEF, 0xBB, 0xBF] + Array("a: 語".utf8),
        [0xFF, 0xFE] + "a: 語".utf16.flatMap { unit -> [UInt8] in [UInt8(unit & 0xFF), UInt8(unit >> 8)] },
        [0xFE, 0xFF] + "a: 語".utf16.flatMap { unit -> [UInt8] in [UInt8(unit >> 8), UInt8(unit & 0xFF)] },
    ]

    @Test(arguments: marked)
    func `a byte order mark says how a file is written`(bytes: [UInt8]) {
        let document = Reader.read(bytes, file: "f")
        #expect(document.problems.isEmpty)
        #expect(document.root?.pairs?.first?.value.text == "語")
    }

    @Test(arguments: [
        ("a: 1\na: 2", 2, 1, "second time"),
        ("a: !!int 1", 1, 4, "tags are not supported"),
        ("a: !hello you", 1, 4, "needs quotes"),
        ("<<: {a: 1}", 1, 1, "merge keys"),
        ("a: 1\n---\nb: 1", 2, 1, "second document"),
        ("a:\n\t- b", 2, 1, "tab"),
        ("a: \"open", 1, 4, "never closed"),
        ("a: 'open\nb: 1\n", 1, 4, "never closed"),
        ("a: {b: c", 1, 4, "never closed"),
        ("a: [b, c\nd: 1", 1, 4, "never closed"),
        ("a: b: c", 1, 5, "': ' inside a text"),
        ("a: *nowhere", 1, 4, "no anchor '&nowhere'"),
        ("a: &b [*b]", 1, 8, "inside what it stands for"),
        ("a: &b word", 1, 4, "nothing uses it"),
        ("a: @b", 1, 4, "cannot begin with '@'"),
        ("a: `b`", 1, 4, "cannot begin with '`'"),
        ("a: %b", 1, 4, "cannot begin with '%'"),
        ("a: [b] c", 1, 4, "begins with '['"),
        ("a: {b: c} d", 1, 4, "begins with '{'"),
        ("a: \"b\" c", 1, 8, "closing quote"),
        ("a: \"\\d\"", 1, 5, "escape"),
        ("a: {b: ${c}}", 1, 8, "'${…}' inside braces"),
        ("? [a, b]\n: c", 1, 3, "a key must be a text"),
        ("a: 1\n b: 2", 2, 3, "indent"),
        ("a: | text\n", 1, 6, "next line"),
        ("a: 1\nb", 2, 1, "without 'key: value'"),
        ("a: 1\u{0}", 1, 5, "NUL"),
        ("a: 1\nb: \u{7}", 2, 4, "control character U+0007"),
    ])
    func `what is wrong is told with its place`(text: String, line: Int, column: Int, words: String) throws {
        let problem = try #require(read(text).problems.first)
        #expect(problem.message.contains(words), "\(problem)")
        #expect(problem.place == Place(file: "f.yaml", line: line, column: column), "\(problem)")
    }

    @Test func `bytes that are no text are told with their place`() throws {
        let problem = try #require(Reader.read(Array("a: é\nb: ".utf8) + [0xC3, 0x28], file: "f").problems.first)
        #expect(problem.message.contains("not UTF-8"))
        #expect(problem.place == Place(file: "f", line: 2, column: 4))
        #expect(Reader.read([0xFF, 0xFE, 0x00], file: "f").problems.count == 1)
        #expect(Reader.read([0xFF, 0xFE, 0x00, 0xD8], file: "f").problems.count == 1)
    }

    @Test func `several mistakes come in one run`() {
        #expect(read("a: 1\na: 2\nb: !x 1\n<<: 1\n").problems.count == 3)
    }

    @Test func `a text that grows without end is refused`() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 9).joined(separator: ", "))]\n"
        }
        #expect(try #require(read(text).problems.last).message.contains("grows to more than"))
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["[", "{", "- ", "? ", "a: ", "&a ", "!", "[a,", "{a: "])
    func `endless nesting is refused, quickly`(piece: String) {
        let document = read(String(repeating: piece, count: 200_000 / piece.count))
        #expect(!document.problems.isEmpty)
    }

    @Test func `nothing is no problem of YAML`() {
        for text in ["", "\n\n", "# only a comment\n", "---\n"] { #expect(read(text).problems.isEmpty) }
        #expect(read("").root == nil)
    }
}
