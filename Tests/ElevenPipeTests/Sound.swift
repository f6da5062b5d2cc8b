import Testing

/// A WAV file's sound, its samples from -1 to 1.
struct Sound {
    let rate: Int
    let channelCount: Int
    private let isFloat: Bool
    /// Bytes of one sample.
    private let width: Int
    private let data: ArraySlice<UInt8>

    var frames: Int { data.count / (width * channelCount) }
    var seconds: Double { Double(frames) / Double(rate) }

    init(_ bytes: [UInt8]) throws {
        var offset = 12
        var format: (isFloat: Bool, channels: Int, rate: Int, width: Int)?
        while offset + 8 <= bytes.count {
            let name = String(decoding: bytes[offset..<offset + 4], as: UTF8.self)
            let size = Self.number(bytes[(offset + 4)...], 4)
            offset += 8
            if name == "fmt " {
                let fields = bytes[offset...]
                format = (
                    Self.number(fields, 2) == 3, Self.number(fields.dropFirst(2), 2),
                    Self.number(fields.dropFirst(4), 4), Self.number(fields.dropFirst(14), 2) / 8
                )
            } else if name == "data" {
                let format = try #require(format)
                try #require([2, 4].contains(format.width) && offset + size <= bytes.count, "a whole file")
                (isFloat, channelCount, rate, width) = format
                data = bytes[offset..<offset + size]
                return
            }
            offset += size + size % 2
        }
        throw NoSound()
    }

    private static func number(_ bytes: ArraySlice<UInt8>, _ count: Int) -> Int {
        bytes.prefix(count).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// The loudest sample of a channel between two moments.
    func peak(_ channel: Int = 0, from start: Double = 0, to end: Double = .infinity) -> Double {
        let first = min(frames, Int(start * Double(rate)))
        let last = end.isFinite ? min(frames, Int(end * Double(rate))) : frames
        return (first..<last).reduce(0) { peak, frame in
            let place = data.startIndex + (frame * channelCount + channel) * width
            let bits = Self.number(data[place...], width)
            let sample =
                isFloat ? Double(Float(bitPattern: UInt32(bits))) : Double(Int16(truncatingIfNeeded: bits)) / 32768
            return max(peak, abs(sample))
        }
    }

    struct NoSound: Error {}
}
