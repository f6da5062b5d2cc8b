/// How bare samples are written: S16LE, or G.711 with one byte each.
enum SampleCodec: Sendable {
    case linear
    case ulaw
    case alaw

    var bytesPerSample: Int { self == .linear ? 2 : 1 }

    func decode(_ bytes: some Collection<UInt8>) -> [Int] {
        switch self {
        case .linear:
            let bytes = Array(bytes)
            return stride(from: 0, to: bytes.count - 1, by: 2).map {
                Int(Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8))
            }
        case .ulaw:
            return bytes.map { $0 & 128 == 0 ? -Self.ulaw(Int(~$0) & 127) : Self.ulaw(Int(~$0) & 127) }
        case .alaw:
            return bytes.map { byte in
                let bits = Int(byte ^ 0x55)
                return bits & 128 == 0 ? -Self.alaw(bits & 127) : Self.alaw(bits & 127)
            }
        }
    }

    func encode(_ samples: [Int]) -> [UInt8] {
        switch self {
        case .linear: samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        case .ulaw: samples.map { ~UInt8(Self.nearest(to: abs($0), Self.ulaw) | ($0 < 0 ? 128 : 0)) }
        case .alaw: samples.map { UInt8(Self.nearest(to: abs($0), Self.alaw) | ($0 < 0 ? 0 : 128)) ^ 0x55 }
        }
    }

    /// The magnitude of µ-law's seven bits: three of exponent, four of mantissa, and a bias of 132.
    private static func ulaw(_ bits: Int) -> Int { (((bits & 15) << 3) + 132) << (bits >> 4) - 132 }

    /// The magnitude of A-law's seven bits: three of exponent, four of mantissa.
    private static func alaw(_ bits: Int) -> Int {
        let mantissa = ((bits & 15) << 4) + 8
        return bits < 16 ? mantissa : (mantissa + 256) << ((bits >> 4) - 1)
    }

    /// The seven bits whose magnitude is nearest; magnitudes rise with the bits.
    private static func nearest(to magnitude: Int, _ decode: (Int) -> Int) -> Int {
        var (low, high) = (0, 127)
        while low < high {
            let middle = (low + high) / 2
            if decode(middle) < magnitude { low = middle + 1 } else { high = middle }
        }
        return low > 0 && magnitude - decode(low - 1) < decode(low) - magnitude ? low - 1 : low
    }
}
