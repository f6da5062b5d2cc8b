import GLib
import HTTP

/// Where chunks go: an answer on the wire, or a list in a test.
protocol ChunkSink: Sendable {
    func write(_ chunk: Bytes) async throws
    func abort(_ how: HTTPBodyWriter.Abort, after part: Bytes) async
}

/// Audio on its last way: cut into chunks of awkward sizes, held to the pace, and broken where a fault says so.
actor AudioDelivery {
    /// Why a delivery ended before its last byte.
    enum Ended: Error {
        /// The answer is to end properly, though there was more.
        case short
        /// The connection was broken off on purpose.
        case broken
    }

    private let sink: any ChunkSink
    private let sizes: [Int]
    private let bytesPerSecond: Double?
    private let fault: Fault.Effect?
    private let record: @Sendable (Bytes) -> Void
    private let onBreak: @Sendable () -> Void
    private let clock = ContinuousClock()

    private var waiting = ContiguousArray<UInt8>()
    private var chunksSent = 0
    private var bytesSent = 0
    private var firstChunkTime: ContinuousClock.Instant?

    /// - Parameters:
    ///   - bytesPerSecond: how fast at most; nil for no bound.
    ///   - record: told of each chunk that was written.
    ///   - onBreak: called before the connection is broken off.
    init(
        to sink: any ChunkSink, sizes: [Int], bytesPerSecond: Double?, fault: Fault.Effect?,
        record: @escaping @Sendable (Bytes) -> Void, onBreak: @escaping @Sendable () -> Void
    ) {
        self.sink = sink
        self.sizes = Self.usable(sizes)
        self.bytesPerSecond = bytesPerSecond
        self.fault = fault
        self.record = record
        self.onBreak = onBreak
    }

    /// Takes bytes and writes every chunk that is full.
    func deliver(_ bytes: Bytes) async throws {
        bytes.withUnsafeBytes { waiting.append(contentsOf: $0) }
        var start = 0
        while waiting.count - start >= nextSize {
            let end = start + nextSize
            let chunk = waiting.withUnsafeBytes { bytes in
                Bytes(copying: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            }
            start = end
            try await send(chunk)
        }
        waiting.removeFirst(start)
    }

    /// Writes what is left.
    func finish() async throws {
        if !waiting.isEmpty { try await send(Bytes(waiting)) }
        waiting.removeAll()
        try await passFault()
    }

    private static func usable(_ sizes: [Int]) -> [Int] {
        let usable = sizes.filter { $0 > 0 }
        return usable.isEmpty ? Simulator.Configuration.oddChunkSizes : usable
    }

    /// How many bytes the first chunks have.
    static func size(ofChunks count: Int, _ sizes: [Int]) -> Int {
        let sizes = usable(sizes)
        let (rounds, rest) = count.quotientAndRemainder(dividingBy: sizes.count)
        let (size, overflows) = sizes.reduce(0, +).multipliedReportingOverflow(by: rounds)
        return overflows ? .max : size + sizes.prefix(rest).reduce(0, +)
    }

    private var nextSize: Int { sizes[chunksSent % sizes.count] }

    private func send(_ chunk: Bytes) async throws {
        try await passFault(before: chunk)
        try await keepPace()
        try await sink.write(chunk)
        record(chunk)
        chunksSent += 1
        bytesSent += chunk.count
    }

    /// What goes wrong between the chunks sent so far and the next.
    private func passFault(before chunk: Bytes? = nil) async throws {
        switch fault {
        case .stall(chunksSent, let seconds): try await Task.sleep(for: seconds.map { .seconds($0) } ?? .forever)
        case .short(chunksSent): throw Ended.short
        case .cutAtChunk(chunksSent): try await breakOff(.atChunkBoundary)
        case .cutInsideChunk(chunksSent + 1):
            let part = chunk.map { $0.slice(0..<($0.count / 2)) } ?? Bytes([])
            record(part)
            try await breakOff(.insideChunk, after: part)
        case .cutAtByte(let end):
            guard let chunk, bytesSent + chunk.count > end else { break }
            let part = chunk.slice(0..<(end - bytesSent))
            record(part)
            try await breakOff(part.isEmpty ? .atChunkBoundary : .insideChunk, after: part)
        case .reset(chunksSent): try await breakOff(.reset)
        default: break
        }
    }

    private func breakOff(_ how: HTTPBodyWriter.Abort, after part: Bytes = Bytes([])) async throws {
        onBreak()
        await sink.abort(how, after: part)
        throw Ended.broken
    }

    /// The service hands over what it has made of a sentence in one go: the pace counts from here on.
    private static let headStart = 0.25

    /// Waits until what was sent has been due; waits of a few milliseconds are left to the next chunk.
    private func keepPace() async throws {
        guard let bytesPerSecond else { return }
        let start = firstChunkTime ?? clock.now
        firstChunkTime = start
        let due = start + .seconds(Double(bytesSent) / bytesPerSecond - Self.headStart)
        if due - clock.now > .milliseconds(4) { try await clock.sleep(until: due) }
    }
}

extension HTTPBodyWriter: ChunkSink {}

extension Duration {
    /// Longer than any process runs.
    static let forever = Duration.seconds(365 * 86400)
}
