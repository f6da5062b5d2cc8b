import Testing

/// A WAV file as its header says it is.
struct WAVFile {
    let rate: Int
    /// What the header says, and what there is.
    let data: ArraySlice<UInt8>
    /// Whether both lengths in the header are those of the file; wavenc writes tags behind the data.
    let isWhole: Bool

    init(_ bytes: [UInt8]) throws {
        func number(_ offset: Int) -> Int {
            bytes.dropFirst(offset).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        try #require(bytes.count >= 44 && bytes.starts(with: Array("RIFF".utf8)), "no WAV file: \(bytes.count) bytes")
        rate = number(24)
        let start = try #require((12..<bytes.count - 7).first { bytes[$0...].starts(with: Array("data".utf8)) }) + 8
        let length = number(start - 4)
        isWhole = number(4) == bytes.count - 8 && start + length <= bytes.count
        data = isWhole ? bytes[start..<start + length] : bytes[start...]
    }
}
