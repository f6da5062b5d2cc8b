import CGStreamer

/// A `GstState`.
package enum State: Int, Sendable, Comparable, CustomStringConvertible {
    case null = 1
    case ready, paused, playing

    init?(_ state: GstState) { self.init(rawValue: Int(state.rawValue)) }

    var cValue: GstState {
        switch self {
        case .null: GST_STATE_NULL
        case .ready: GST_STATE_READY
        case .paused: GST_STATE_PAUSED
        case .playing: GST_STATE_PLAYING
        }
    }

    package static func < (left: State, right: State) -> Bool { left.rawValue < right.rawValue }

    package var description: String {
        switch self {
        case .null: "NULL"
        case .ready: "READY"
        case .paused: "PAUSED"
        case .playing: "PLAYING"
        }
    }
}

/// A `GstStateChangeReturn`.
package enum StateChangeReturn: Sendable {
    case failure, success, async, noPreroll

    init(_ value: GstStateChangeReturn) {
        self =
            switch value {
            case GST_STATE_CHANGE_SUCCESS: .success
            case GST_STATE_CHANGE_ASYNC: .async
            case GST_STATE_CHANGE_NO_PREROLL: .noPreroll
            default: .failure
            }
    }

    var cValue: GstStateChangeReturn {
        switch self {
        case .failure: GST_STATE_CHANGE_FAILURE
        case .success: GST_STATE_CHANGE_SUCCESS
        case .async: GST_STATE_CHANGE_ASYNC
        case .noPreroll: GST_STATE_CHANGE_NO_PREROLL
        }
    }
}

/// A `GstStateChange`: one step up or down.
package enum StateTransition: Sendable {
    case nullToReady, readyToPaused, pausedToPlaying, playingToPaused, pausedToReady, readyToNull, other

    init(_ value: GstStateChange) {
        self =
            switch value {
            case GST_STATE_CHANGE_NULL_TO_READY: .nullToReady
            case GST_STATE_CHANGE_READY_TO_PAUSED: .readyToPaused
            case GST_STATE_CHANGE_PAUSED_TO_PLAYING: .pausedToPlaying
            case GST_STATE_CHANGE_PLAYING_TO_PAUSED: .playingToPaused
            case GST_STATE_CHANGE_PAUSED_TO_READY: .pausedToReady
            case GST_STATE_CHANGE_READY_TO_NULL: .readyToNull
            default: .other
            }
    }
}
