internal import CSoup
internal import GLib

/// A `SoupSession`, and the connections it has open.
@NetworkActor
final class Session {
    let object: ObjectReference
    /// The connections' streams by libsoup's connection id, for ``probe(_:)``.
    private var streams: [UInt64: ObjectReference] = [:]

    var pointer: UnsafeMutablePointer<SoupSession> { object.cast() }

    init(
        userAgent: String, certificateAuthorities: String?, connectionsPerHost: Int, backstop: Duration,
        usesProxy: Bool = true
    ) throws(GLibError) {
        let seconds = UInt32(clamping: backstop.components.seconds)
        let object = newObject(
            soup_session_get_type(),
            [
                ("max-conns", Value(Int32(clamping: connectionsPerHost * 4))),
                ("max-conns-per-host", Value(Int32(clamping: connectionsPerHost))),
                ("timeout", Value(seconds)),
            ]
        )
        guard let object else { throw GLibError(domain: "", code: 0, message: "no session") }
        self.object = object
        soup_session_set_user_agent(object.cast(), userAgent)
        // Content comes through as it was sent. A new session has neither a cookie jar nor a sniffer.
        soup_session_remove_feature_by_type(object.cast(), soup_content_decoder_get_type())
        if !usesProxy { soup_session_set_proxy_resolver(object.cast(), nil) }
        guard let certificateAuthorities else { return }
        let database = try throwing { g_tls_file_database_new(certificateAuthorities, $0) }
        guard let database else { return }
        soup_session_set_tls_database(
            object.cast(), UnsafeMutableRawPointer(database).assumingMemoryBound(to: GTlsDatabase.self))
        g_object_unref(UnsafeMutableRawPointer(database))
    }

    // The last reference goes where libsoup's sources run.
    isolated deinit { soup_session_abort(object.cast()) }

    /// Remembers a new connection, and forgets those that are closed.
    func remember(_ stream: ObjectReference, of connection: UInt64) {
        streams = streams.filter { g_io_stream_is_closed($0.value.cast()) == 0 }
        streams[connection] = stream
    }

    /// The connections that were open when the last one came.
    var connections: [UInt64] { streams.keys.sorted() }

    /// Looks without waiting whether a connection is still open, with one byte read from it.
    /// - Returns: nil where the connection is not known.
    func probe(_ connection: UInt64) -> Bool? {
        guard let stream = streams[connection] else { return nil }
        var byte: UInt8 = 0
        let input = g_io_stream_get_input_stream(stream.cast())
        do {
            let count = try throwing {
                g_pollable_input_stream_read_nonblocking(OpaquePointer(input), &byte, 1, nil, $0)
            }
            return count > 0
        } catch {
            return error.isWouldBlock
        }
    }
}
