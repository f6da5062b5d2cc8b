import GLib

/// Where the next bytes of encoded input belong: behind all others, or where a muxer has gone back to, to write its header again.
struct UploadPlace: Sendable {
    private var position = 0
    /// The position in the stream's own count that is 0 in the upload; nil before a stream's first segment.
    private var origin: Int?

    /// A stream with its own count of bytes begins.
    mutating func beginStream(behind count: Int) { (position, origin) = (count, nil) }

    /// A segment begins. - Parameters: its start, nil where it does not count bytes; how many bytes have come.
    mutating func go(to start: Int?, of count: Int) {
        if origin == nil { origin = (start ?? 0) - count }
        // Before the first byte and behind the last there is no place.
        if let start, let origin { position = min(max(start - origin, 0), count) }
    }

    /// Puts bytes where they belong in the upload. - Returns: those that are new, to be put behind all others.
    mutating func take(_ bytes: Bytes, into upload: Upload) throws(StreamFailure) -> Bytes {
        let start = position
        let known = min(bytes.count, upload.spool.count - start)
        position += bytes.count
        guard known > 0 else { return bytes }
        guard upload.rewrite(bytes.slice(0..<known), at: start) else {
            throw StreamFailure(
                .invalidRequest,
                "the input goes back and writes much of itself again, which an upload cannot follow: leave the muxer before "
                    + "the element out, raw audio goes as it is")
        }
        return bytes.slice(known..<bytes.count)
    }
}
