import CGStreamer
import GLib

/// The smallest and the largest value of a number property.
package enum NumberRange: Sendable, Equatable, CustomStringConvertible {
    case signed(ClosedRange<Int64>)
    case unsigned(ClosedRange<UInt64>)
    case real(ClosedRange<Double>)

    /// The range in words.
    package var description: String {
        switch self {
        case .signed(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .unsigned(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .real(let range): "\(Self.short(range.lowerBound)) to \(Self.short(range.upperBound))"
        }
    }

    private static func short(_ number: Double) -> String {
        if let whole = Int64(exactly: number), abs(whole) < 1_000_000_000 { return "\(whole)" }
        return "\(number)"
    }
}

extension PropertySpec {
    /// The range of a number property; nil for properties of other types.
    package var range: NumberRange? {
        func spec<CType>(_ type: CType.Type) -> CType {
            UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: type).pointee
        }
        switch fundamental {
        case .char:
            let spec = spec(GParamSpecChar.self)
            return .signed(Int64(spec.minimum)...Int64(spec.maximum))
        case .uchar:
            let spec = spec(GParamSpecUChar.self)
            return .unsigned(UInt64(spec.minimum)...UInt64(spec.maximum))
        case .int:
            let spec = spec(GParamSpecInt.self)
            return .signed(Int64(spec.minimum)...Int64(spec.maximum))
        case .uint:
            let spec = spec(GParamSpecUInt.self)
            return .unsigned(UInt64(spec.minimum)...UInt64(spec.maximum))
        case .long:
            let spec = spec(GParamSpecLong.self)
            return .signed(Int64(spec.minimum)...Int64(spec.maximum))
        case .ulong:
            let spec = spec(GParamSpecULong.self)
            return .unsigned(UInt64(spec.minimum)...UInt64(spec.maximum))
        case .int64:
            let spec = spec(GParamSpecInt64.self)
            return .signed(Int64(spec.minimum)...Int64(spec.maximum))
        case .uint64:
            let spec = spec(GParamSpecUInt64.self)
            return .unsigned(UInt64(spec.minimum)...UInt64(spec.maximum))
        case .float:
            let spec = spec(GParamSpecFloat.self)
            return .real(Double(spec.minimum)...Double(spec.maximum))
        case .double:
            let spec = spec(GParamSpecDouble.self)
            return .real(spec.minimum...spec.maximum)
        default: return nil
        }
    }
}
