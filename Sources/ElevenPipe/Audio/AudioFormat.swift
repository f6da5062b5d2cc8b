/// How PCM audio lies in memory: interleaved, in the byte order of the machine.
public struct AudioFormat: Sendable, Hashable, CustomStringConvertible {
    /// The type of one sample.
    public enum SampleType: String, Sendable, Hashable, CaseIterable {
        /// 16 bits with a sign.
        case int16
        /// 32 bits with a sign.
        case int32
        /// 32 bits floating point, full scale at 1.
        case float32
        /// 64 bits floating point, full scale at 1.
        case float64

        /// Bytes of one sample.
        public var byteCount: Int {
            switch self {
            case .int16: 2
            case .int32, .float32: 4
            case .float64: 8
            }
        }

        /// GStreamer's name.
        var capsName: String {
            let order = 1.littleEndian == 1 ? "LE" : "BE"
            return switch self {
            case .int16: "S16\(order)"
            case .int32: "S32\(order)"
            case .float32: "F32\(order)"
            case .float64: "F64\(order)"
            }
        }
    }

    /// The type of one sample.
    public var sampleType: SampleType
    /// Frames a second, in Hz.
    public var rate: Int
    /// Samples in a frame.
    public var channels: Int

    /// Makes a format.
    public init(_ sampleType: SampleType, rate: Int, channels: Int) {
        self.sampleType = sampleType
        self.rate = rate
        self.channels = channels
    }

    /// Bytes of one frame: one sample of every channel.
    public var bytesPerFrame: Int { sampleType.byteCount * channels }

    /// For people, as in `int16, 16000 Hz, 1 channel`.
    public var description: String {
        "\(sampleType.rawValue), \(rate) Hz, \(channels) \(channels == 1 ? "channel" : "channels")"
    }
}
