internal import CSoup
internal import GLib

/// The memory that a body is read into: handed over without a copy when at least half full, else copied out and kept.
struct ReadBuffer: ~Copyable {
    static let capacity = 32768
    /// A buffer with less room than this counts as full: libsoup 3.2 reads the line behind the last chunk into it.
    private static let leastRoom = 256
    /// What no line end consists of.
    private static let blank: UInt8 = 0xAA

    private var memory: UnsafeMutableRawPointer?
    private var count = 0

    deinit { g_free(memory) }

    var isFull: Bool { Self.capacity - count < Self.leastRoom }

    /// Reads into the free part. - Returns: what the read returned, the number of bytes.
    mutating func fill(
        _ read: (UnsafeMutableRawBufferPointer) throws(GLibError) -> Int
    ) throws(GLibError) -> Int {
        let memory = self.memory ?? g_malloc(gsize(Self.capacity))
        self.memory = memory
        guard let memory else { return 0 }
        let room = UnsafeMutableRawBufferPointer(start: memory + count, count: Self.capacity - count)
        room[0] = Self.blank
        room[1] = Self.blank
        let received = max(0, try read(room))
        count += received
        return received
    }

    /// Whether the read that found the end came past the last chunk. libsoup before 3.6.5 reads the line behind it (the end of
    /// the body or a trailer) into the caller's buffer though it reports no byte; at a cut it has nothing to read.
    var holdsLineEndOfLastChunk: Bool {
        guard let memory, Self.capacity - count >= 2 else { return false }
        let bytes = memory.assumingMemoryBound(to: UInt8.self) + count
        return bytes[0] != Self.blank || bytes[1] != Self.blank
    }

    /// What was gathered; nil where there is nothing.
    mutating func take() -> Bytes? {
        guard let memory, count > 0 else { return nil }
        defer { count = 0 }
        guard count >= Self.capacity / 2 else {
            return Bytes(copying: UnsafeRawBufferPointer(start: memory, count: count))
        }
        self.memory = nil
        return Bytes(adopting: g_bytes_new_take(memory, gsize(count)))
    }

    mutating func discard() { count = 0 }
}
