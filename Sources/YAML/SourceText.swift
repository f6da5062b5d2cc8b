/// A file's bytes as characters, line by line, with the places of what cannot be a character of a YAML text.
struct SourceText {
    let file: String
    /// The text as UTF-8, without a byte order mark.
    let utf8: [UInt8]
    /// The lines without their breaks, broken where libyaml breaks them.
    let lines: [[Unicode.Scalar]]

    init(_ bytes: [UInt8], file: String) throws(Problem) {
        self.file = file
        utf8 = try Self.decoded(bytes, file: file)
        var lines: [[Unicode.Scalar]] = []
        var line: [Unicode.Scalar] = []
        var previous: Unicode.Scalar = " "
        for scalar in String(decoding: utf8, as: UTF8.self).unicodeScalars {
            defer { previous = scalar }
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(line)
                line = []
            default:
                guard Self.isAllowed(scalar) else {
                    let place = Place(file: file, line: lines.count + 1, column: line.count + 1)
                    throw Problem(place: place, message: Self.refusal(scalar))
                }
                line.append(scalar)
            }
        }
        lines.append(line)
        self.lines = lines
    }

    /// A line's characters; none for a line that is not there.
    func line(_ number: Int) -> [Unicode.Scalar] { lines.indices.contains(number - 1) ? lines[number - 1] : [] }

    /// What follows a place on its line.
    func rest(after place: Place) -> ArraySlice<Unicode.Scalar> { line(place.line).dropFirst(place.column - 1) }

    private static func decoded(_ bytes: [UInt8], file: String) throws(Problem) -> [UInt8] {
        if bytes.starts(with: [0xFF, 0xFE]) { return try utf16(bytes, file: file) { low, high in high << 8 | low } }
        if bytes.starts(with: [0xFE, 0xFF]) { return try utf16(bytes, file: file) { high, low in high << 8 | low } }
        let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        if String(validating: text, as: UTF8.self) != nil { return text }
        var line = 1
        var column = 1
        var decoder = UTF8()
        var iterator = text.makeIterator()
        var previous: Unicode.Scalar = " "
        decoding: while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar):
                if scalar == "\n" || scalar == "\r" {
                    if !(scalar == "\n" && previous == "\r") { line += 1 }
                    column = 1
                } else {
                    column += 1
                }
                previous = scalar
            case .emptyInput, .error: break decoding
            }
        }
        throw Problem(
            place: Place(file: file, line: line, column: column),
            message: "this is not UTF-8 text: save the file as UTF-8"
        )
    }

    private static func utf16(
        _ bytes: [UInt8], file: String, _ join: (UInt16, UInt16) -> UInt16
    ) throws(Problem) -> [UInt8] {
        let units = stride(from: 2, to: bytes.count - 1, by: 2).map { join(UInt16(bytes[$0]), UInt16(bytes[$0 + 1])) }
        guard bytes.count.isMultiple(of: 2), let text = String(validating: units, as: UTF16.self) else {
            throw Problem(
                place: Place(file: file, line: 1, column: 1),
                message: "the file begins as UTF-16 text and is not: save it as UTF-8"
            )
        }
        return Array(text.utf8)
    }

    /// The characters that YAML allows.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    private static func refusal(_ scalar: Unicode.Scalar) -> String {
        if scalar == "\0" { return "a NUL byte: this is not a text file" }
        let code = String(scalar.value, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
        return
            "the control character U+\(padded) cannot stand in a YAML text; in double quotes write it as \"\\u\(padded)\""
    }
}
