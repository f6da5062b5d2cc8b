import CGStreamer

/// What became of a buffer: a `GstFlowReturn`.
package enum FlowReturn: Sendable, Equatable {
    case ok
    /// The pad takes nothing for the moment: it is being flushed or has left PAUSED.
    case flushing
    /// Nothing more is wanted.
    case endOfStream
    case notNegotiated
    case notLinked
    /// Whoever returns it has told the error on the bus.
    case error

    init(_ value: GstFlowReturn) {
        self =
            switch value {
            case GST_FLOW_FLUSHING: .flushing
            case GST_FLOW_EOS: .endOfStream
            case GST_FLOW_NOT_NEGOTIATED: .notNegotiated
            case GST_FLOW_NOT_LINKED: .notLinked
            default: value.rawValue >= GST_FLOW_OK.rawValue ? .ok : .error
            }
    }

    var cValue: GstFlowReturn {
        switch self {
        case .ok: GST_FLOW_OK
        case .flushing: GST_FLOW_FLUSHING
        case .endOfStream: GST_FLOW_EOS
        case .notNegotiated: GST_FLOW_NOT_NEGOTIATED
        case .notLinked: GST_FLOW_NOT_LINKED
        case .error: GST_FLOW_ERROR
        }
    }
}
