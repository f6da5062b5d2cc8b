import ElevenLabs
import GLib
import GStreamer

/// Puts the bytes of answers into the pipeline with their times, one answer after the other.
struct AnswerWriter: Sendable {
    private let element: Element
    /// Hands a buffer over; false where the pipeline takes no more.
    private let push: @Sendable (consuming Buffer) -> Bool
    private let format: OutputFormat
    private var aligner: SampleAligner?
    /// nil where there is one answer only, which needs none.
    private var joiner: PieceJoiner?
    /// nil where nobody goes on with an answer that is cut.
    private var words: WordJoiner?
    /// Encoded bytes, and how many of them are a second.
    private var written = 0
    private var byteRate: Double
    /// Found in the first answer, where it is MP3.
    private var actualRate: Int?
    /// nil before the first byte, which finds out whether the pipeline is live.
    private var isLive: Bool?
    private var timeline: LiveTimeline

    init(
        element: Element, push: @escaping @Sendable (consuming Buffer) -> Bool, format: OutputFormat,
        liveMargin: Duration
    ) {
        self.element = element
        self.push = push
        self.format = format
        timeline = LiveTimeline(margin: liveMargin)
        byteRate = Double(format.byteRate)
        aligner = format.bytesPerSample.map { SampleAligner(bytesPerSample: $0, rate: format.sampleRate) }
    }

    // Each returns false where the pipeline takes no more.

    /// The next answer begins. - Parameter start: its first bytes, which are still to be added.
    mutating func begin(_ order: StreamOrder, start: Bytes?) -> Bool {
        if format.codec == .mp3, actualRate == nil, let header = start?.firstMP3Header {
            actualRate = header.rate
            byteRate = Double(header.size - header.padding) / Double(header.samples) * Double(header.rate)
        }
        if order.continuation != nil {
            if words == nil { words = WordJoiner(format) }
            return write(words?.begin())
        }
        guard let samples = order.piece?.samples else { return true }
        if joiner == nil { joiner = PieceJoiner(format, actualRate: actualRate) }
        return write(joiner?.begin(pieceOf: samples))
    }

    /// The answer goes on.
    mutating func add(_ bytes: Bytes) -> Bool {
        if words != nil { return write(words?.add(bytes)) }
        return joiner == nil ? write(bytes) : write(joiner?.add(bytes))
    }

    /// The answer went on, and so many of its words are there; what follows them waits, unless it will never be known.
    mutating func add(_ bytes: Bytes, of body: AnswerAudio) -> Bool {
        guard words != nil else { return bytes.isEmpty || add(bytes) }
        guard add(bytes) else { return false }
        return body.isLost ? write(words?.release()) : write(words?.extend(to: body.place.end))
    }

    /// The answer is whole.
    mutating func end() -> Bool { write(words == nil ? joiner?.endPiece() : words?.finish()) }

    /// No other answer comes.
    mutating func finish() -> Bool { write(joiner?.finish()) }

    private mutating func write(_ joined: [Bytes]?) -> Bool {
        for bytes in joined ?? [] where !bytes.isEmpty { guard write(bytes) else { return false } }
        return true
    }

    private mutating func write(_ bytes: Bytes) -> Bool {
        if aligner != nil {
            guard let samples = aligner?.align(bytes) else { return true }
            return push(samples.bytes, at: samples.start, duration: samples.duration)
        }
        defer { written += bytes.count }
        // Encoded bytes have no duration of their own, but their number tells how much of the time is used up.
        let position = Duration.seconds(Double(written) / byteRate)
        return push(bytes, at: position, duration: nil)
    }

    private mutating func push(_ bytes: Bytes, at position: Duration, duration: Duration?) -> Bool {
        let buffer = Buffer(wrapping: bytes)
        buffer.duration = duration
        let isFirst = isLive == nil
        let isLive = isLive ?? element.isInLivePipeline
        self.isLive = isLive
        if isLive, isFirst, format.container == .ogg {
            element.postWarning(
                "answers in \(format) cannot be timed in a live pipeline: what plays or mixes them may lose their beginning; "
                    + "set 'output-format' to mp3 or pcm")
        }
        if isLive {
            let stamp = timeline.stamp(position: position, now: element.runningTime)
            if duration != nil || stamp.isAnew { buffer.presentationTime = stamp.time }
        } else if duration != nil || isFirst {
            buffer.presentationTime = position
        }
        return push(buffer)
    }
}

extension Bytes {
    /// The first head of an MP3 frame that another one follows, or that stands where the bytes begin.
    fileprivate var firstMP3Header: MP3Header? {
        let bytes = array.prefix(16384)
        for index in bytes.indices where bytes[index] == 0xFF {
            guard let header = MP3Header(bytes[index...]) else { continue }
            let next = index + header.size
            if index == 0 || (next < bytes.count && MP3Header(bytes[next...])?.rate == header.rate) { return header }
        }
        return nil
    }
}
