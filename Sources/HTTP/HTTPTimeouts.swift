/// How long each part of an exchange may take before it fails with ``HTTPError/Kind/timedOut(_:)``.
package struct HTTPTimeouts: Sendable, Equatable {
    /// Until a connection is there: address found, connected, TLS agreed (10 s).
    package var connect: Duration
    /// From the request sent until the response head (30 s).
    package var firstByte: Duration
    /// Between bytes of the body while somebody reads, and between bytes of the request while it is sent (15 s).
    package var idle: Duration

    package init(
        connect: Duration = .seconds(10), firstByte: Duration = .seconds(30), idle: Duration = .seconds(15)
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
    }
}
