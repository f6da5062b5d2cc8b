/// A type that a sample of PCM audio can have: `Int16`, `Int32`, `Float` and `Double`. Do not make
/// other types conform.
public protocol PCMSample: BitwiseCopyable, Sendable {
    /// The type, as a format names it.
    static var sampleType: AudioFormat.SampleType { get }
}

/// 16 bits with a sign.
extension Int16: PCMSample {
    /// `int16`
    public static var sampleType: AudioFormat.SampleType { .int16 }
}

/// 32 bits with a sign.
extension Int32: PCMSample {
    /// `int32`
    public static var sampleType: AudioFormat.SampleType { .int32 }
}

/// 32 bits floating point, full scale at 1.
extension Float: PCMSample {
    /// `float32`
    public static var sampleType: AudioFormat.SampleType { .float32 }
}

/// 64 bits floating point, full scale at 1.
extension Double: PCMSample {
    /// `float64`
    public static var sampleType: AudioFormat.SampleType { .float64 }
}
