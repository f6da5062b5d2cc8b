import HTTP

extension ElevenLabsClient {
    /// How long each part of a request may take before it fails.
    public struct Timeouts: Sendable, Hashable {
        /// Until a connection is there: address found, connected, TLS agreed.
        public var connect: Duration
        /// From the request sent until the answer's head.
        public var firstByte: Duration
        /// Silence between bytes of the answer while somebody reads, and between bytes of an upload.
        public var idle: Duration

        /// Makes timeouts, each above zero.
        public init(
            connect: Duration = .seconds(10), firstByte: Duration = .seconds(30), idle: Duration = .seconds(15)
        ) {
            self.connect = connect
            self.firstByte = firstByte
            self.idle = idle
        }

        var http: HTTPTimeouts { HTTPTimeouts(connect: connect, firstByte: firstByte, idle: idle) }
    }
}
