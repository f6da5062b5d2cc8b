package import CGLib

/// A Swift value handed to C as `user_data`: retained when it is handed over, released in the destroy notify.
package final class CallbackBox<Payload> {
    package let payload: Payload

    package init(_ payload: Payload) { self.payload = payload }

    /// The `user_data`, carrying one retain.
    package func retained() -> UnsafeMutableRawPointer { Unmanaged.passRetained(self).toOpaque() }

    /// The payload behind a `user_data` that stays where it is.
    package static func payload(at userData: UnsafeMutableRawPointer?) -> Payload? {
        userData.map { Unmanaged<CallbackBox<Payload>>.fromOpaque($0).takeUnretainedValue().payload }
    }

    /// The payload behind a `user_data` that a one-shot callback consumes.
    package static func take(_ userData: UnsafeMutableRawPointer?) -> Payload? {
        userData.map { Unmanaged<CallbackBox<Payload>>.fromOpaque($0).takeRetainedValue().payload }
    }
}

/// A `GDestroyNotify` for every `CallbackBox`, whatever its payload.
package let releaseCallbackBox: GDestroyNotify = { userData in
    if let userData { Unmanaged<AnyObject>.fromOpaque(userData).release() }
}

/// The same, with the second argument that a `GClosureNotify` has.
package let releaseCallbackBoxClosure: GClosureNotify = { userData, _ in
    if let userData { Unmanaged<AnyObject>.fromOpaque(userData).release() }
}
