import GLib
import GStreamer

/// Buffers and serialized events in their order. Everything a buffer is made of goes through a ``Spool``, its times and flags
/// in front of its bytes, so that memory has a bound however long the stream is and however small its buffers are.
struct SpooledStream: Sendable {
    /// What is next.
    enum Item: ~Copyable {
        case buffer(Buffer)
        case event(Event)
    }

    private let spool: Spool
    /// Where the next buffer lies in the spool.
    private var position = 0
    private var buffersIn = 0
    private var buffersOut = 0
    /// Events, each with the number of buffers before it.
    private var events = FIFO<(place: Int, event: Event)>()
    /// What cannot be written down, of the few buffers that have it.
    private var metadata = FIFO<(place: Int, metadata: BufferMetadata)>()

    init(memoryLimit: Int) { spool = Spool(memoryLimit: memoryLimit) }

    var isEmpty: Bool { events.isEmpty && buffersIn == buffersOut }
    /// Whether the next item is a buffer.
    var isBufferNext: Bool { buffersIn > buffersOut && events.first?.place != buffersOut }
    var buffers: Int { buffersIn - buffersOut }
    /// What the spool holds, headers included.
    var bytes: Int { spool.count - position }

    /// The events that wait, without the buffers between them.
    var waitingEvents: [Event] { events.all.map(\.event) }

    /// A new stream of those events, with a spool of its own.
    func withoutBuffers(memoryLimit: Int) -> SpooledStream {
        var stream = SpooledStream(memoryLimit: memoryLimit)
        for event in waitingEvents { stream.append(event) }
        return stream
    }

    mutating func append(_ event: Event) { events.append((buffersIn, event)) }

    /// Copies the buffer, so that nobody's pool runs dry and no large block is held for a small part of it.
    mutating func append(_ buffer: borrowing Buffer) throws(Spool.Failure) {
        let header = BufferHeader(buffer)
        let record = buffer.withUnsafeBytes { content in
            var bytes = ContiguousArray<UInt8>()
            bytes.reserveCapacity(Self.headerSize + content.count)
            withUnsafeBytes(of: header) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: content)
            return Bytes(bytes)
        }
        guard let record else { throw Spool.Failure(description: "the memory of a buffer cannot be read") }
        try spool.append(record)
        if let extra = BufferMetadata(of: buffer) { metadata.append((buffersIn, extra)) }
        buffersIn += 1
    }

    /// Takes the next item out; nil where there is none.
    mutating func next() throws(Spool.Failure) -> Item? {
        if let next = events.first, next.place == buffersOut {
            events.removeFirst()
            return .event(next.event)
        }
        guard buffersOut < buffersIn else { return nil }
        let start = position + Self.headerSize
        let header = try spool.read(position..<start).withUnsafeBytes { $0.loadUnaligned(as: BufferHeader.self) }
        let bytes = try spool.read(start..<start + header.count)
        var extra: BufferMetadata?
        if let next = metadata.first, next.place == buffersOut {
            metadata.removeFirst()
            extra = next.metadata
        }
        position = start + header.count
        spool.discard(before: position)
        buffersOut += 1
        return .buffer(header.makeBuffer(around: bytes, extra))
    }

    private static let headerSize = MemoryLayout<BufferHeader>.size
}
