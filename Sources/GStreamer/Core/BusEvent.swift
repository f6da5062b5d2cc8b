/// A message from the bus as a value: what GStreamer said, copied, with the element's name instead of the element.
package enum BusEvent: Sendable {
    case error(Report)
    case warning(Report)
    case endOfStream
    /// One sink of the pipeline got its end of stream (needs `message-forward` on the pipeline).
    case sinkEnded(element: String)
    /// The pipeline itself, not an element in it, changed its state.
    case stateChanged(from: State, to: State, pending: State?)
    case latencyChanged
    case clockLost
    /// An element message: its structure's name and fields.
    case element(source: String, name: String, fields: [String: Field])

    /// An error or a warning.
    package struct Report: Sendable, Equatable {
        /// The name of the element that posted it, and its place below the pipeline.
        package let element: String
        package let path: String
        /// The names of the element and the bins around it, innermost first, without the pipeline.
        package let ancestry: [String]
        package let domain: String
        package let code: Int
        package let message: String
        package let debug: String?
        package let details: [String: Field]
    }

    /// A field of a structure, where its type is one of the plain ones.
    package enum Field: Sendable, Equatable {
        case string(String)
        case integer(Int64)
        case double(Double)
        case bool(Bool)

        package var string: String? { if case .string(let value) = self { value } else { nil } }
        package var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
        package var double: Double? {
            switch self {
            case .double(let value): value
            case .integer(let value): Double(value)
            default: nil
            }
        }
        package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    }
}
