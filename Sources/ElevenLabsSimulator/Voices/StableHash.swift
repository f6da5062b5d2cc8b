/// A hash that is the same in every run, unlike Swift's own: FNV-1a in 64 bits, with its bits mixed at the end.
enum StableHash {
    static func of(_ text: String) -> UInt64 { of(text.utf8) }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash ^= hash >> 33
        hash &*= 0xFF51_AFD7_ED55_8CCD
        return hash ^ (hash >> 33)
    }

    /// The low 16 bits as a number from -1 to 1.
    static func unit(_ hash: UInt64) -> Double { Double(hash & 0xFFFF) / 32767.5 - 1 }

    /// A text of hexadecimal digits.
    static func hex(_ text: String, digits: Int) -> String {
        var result = ""
        while result.count < digits {
            let part = String(of("\(result.count) \(text)"), radix: 16)
            result += String(repeating: "0", count: 16 - part.count) + part
        }
        return String(result.prefix(digits))
    }

    /// A text of letters and digits, as the service's ids are.
    static func identifier(_ text: String, length: Int = 20) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<length).map { alphabet[Int(of("\($0) \(text)") % UInt64(alphabet.count))] })
    }
}
