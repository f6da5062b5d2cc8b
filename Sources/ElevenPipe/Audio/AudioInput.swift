import GLib
import GStreamer
import Synchronization

/// The way for PCM audio of the program's into a pipeline: what ``Pipeline/input(_:as:rate:channels:)`` gives.
///
/// The samples are stamped by their number, from zero. Write from one task at a time. When the writer is let go of, the input is
/// finished.
public final class AudioInput<Sample: PCMSample>: Sendable {
    /// How the samples that are written lie in memory.
    public let format: AudioFormat
    private let port: InputPort
    private let isStamped: Bool
    private let frames = Mutex<Int64>(0)

    init(_ port: InputPort, _ format: AudioFormat, isStamped: Bool) {
        self.port = port
        self.format = format
        self.isStamped = isStamped
    }

    deinit { port.finish() }

    /// Writes interleaved samples, whole frames of them, and returns when all of them are on their way. It waits until the
    /// pipeline runs, and while a second of audio waits to be taken.
    ///
    /// - Throws: `CancellationError` in a cancelled task: some of the samples may be written. ``PipelineError`` where the run has
    ///   failed, with its cause, or is over, or takes nothing more.
    public func write(_ samples: Span<Sample>) async throws {
        try require(samples.count)
        try await write(samples.count / format.channels) { range in
            samples.extracting(range.lowerBound * format.channels..<range.upperBound * format.channels).bytes
                .withUnsafeBytes { Buffer(wrapping: Bytes(copying: $0)) }
        }
    }

    /// Writes interleaved samples, whole frames of them; as a span of them is written.
    public func write(_ samples: [Sample]) async throws { try await write(samples.span) }

    /// Passes on what comes out of a pipeline, this one or another, without a copy. Its time does not matter, only its order.
    public func write(_ chunk: AudioChunk<Sample>) async throws {
        guard chunk.format == format else {
            throw PipelineError(
                .configuration, "the input '\(port.name)' takes \(format), and the chunk is \(chunk.format)",
                element: port.name)
        }
        try await write(chunk.frameCount) { range in
            chunk.media.makeBuffer(range.lowerBound * format.bytesPerFrame..<range.upperBound * format.bytesPerFrame)
        }
    }

    /// Says that everything was written. What waits is still taken; then the input's branch ends.
    public func finish() { port.finish() }

    private func require(_ count: Int) throws {
        guard count % format.channels == 0 else {
            throw PipelineError(
                .configuration,
                "\(count) samples are not whole frames: the input '\(port.name)' has \(format.channels) channels",
                element: port.name)
        }
    }

    /// A tenth of a second at a time, so that a limit in time can hold.
    private func write(_ count: Int, _ makeBuffer: (Range<Int>) -> Buffer?) async throws {
        try await port.write(count, piece: max(1, format.rate / 10)) { range in
            guard let buffer = makeBuffer(range) else { return nil }
            let start = frames.withLock { frames in
                defer { frames += Int64(range.count) }
                return frames
            }
            guard isStamped else { return buffer }
            let time = Duration(samples: start, rate: format.rate)
            buffer.presentationTime = time
            buffer.duration = Duration(samples: start + Int64(range.count), rate: format.rate) - time
            return buffer
        }
    }
}
