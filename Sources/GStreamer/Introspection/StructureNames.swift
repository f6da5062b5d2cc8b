/// Looks at the names in a text of structures before GStreamer does, which complains on standard error about bad ones.
enum StructureNames {
    /// Whether every structure of a text begins with a name: a letter, then letters, digits and `/-_.:+`.
    static func areValid(in text: String) -> Bool {
        var isQuoted = false
        var isEscaped = false
        var pieces: [[UInt8]] = [[]]
        for byte in text.utf8 {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: ";"), !isQuoted {
                pieces.append([])
                continue
            }
            pieces[pieces.count - 1].append(byte)
        }
        // A ';' at the end closes the last structure and begins none.
        if pieces.count > 1, pieces.last?.allSatisfy(isSpace) ?? false { pieces.removeLast() }
        return pieces.allSatisfy(hasValidName)
    }

    private static func hasValidName(_ piece: [UInt8]) -> Bool {
        let name = piece.drop(while: isSpace).prefix {
            !isSpace($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "(")
        }
        guard let first = name.first, isLetter(first) else { return false }
        return name.allSatisfy { isLetter($0) || (48...57).contains($0) || "/-_.:+".utf8.contains($0) }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
}
