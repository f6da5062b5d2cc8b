import ElevenLabs
import GLib
import GStreamer

/// Turns what comes in at a filter's sink pad into what is uploaded: raw audio into 16 kHz mono, encoded audio as it is.
struct UploadIntake {
    /// Bytes of an uploaded sample.
    private static let sampleSize = 2

    private enum Kind {
        case raw(AudioConversion)
        /// The name of its caps; empty where there were none.
        case encoded(String)
    }

    let upload = Upload()
    private let demands: Demands
    private let input: Input
    /// Told once that nothing will be heard for long.
    private let onHeldBack: @Sendable (String) -> Void
    /// Told of every cut.
    private let onCut: @Sendable (Cut) -> Void
    private var kind: Kind?
    private var cutter: PieceCutter?
    private var cuts = 0
    private var segment: Segment?
    /// Bytes that were or would have been uploaded.
    private var measured = 0
    /// How many times longer than the service takes an input may be and still be measured to its end, which may never come.
    private static let patience = 12.0
    /// Too long already, and only measured from here on.
    private var isExcess = false
    private var encodedLength: EncodedLength?
    private var place = UploadPlace()
    /// The stream has ended.
    private var isClosed = false

    init(
        _ demands: Demands, input: Input, onHeldBack: @escaping @Sendable (String) -> Void,
        onCut: @escaping @Sendable (Cut) -> Void
    ) {
        self.demands = demands
        self.input = input
        self.onHeldBack = onHeldBack
        self.onCut = onCut
        cutter = demands.mode.map { PieceCutter(limit: demands.maximumDuration, mode: $0) }
    }

    var format: UploadFormat { if case .raw = kind { .pcm16kHz } else { .other } }

    /// How long a number of uploaded bytes plays; nil where they are encoded.
    static func duration(_ bytes: Int, _ format: UploadFormat) -> Duration? {
        format == .pcm16kHz ? Duration(samples: Int64(bytes / sampleSize), rate: PieceCutter.rate) : nil
    }

    // MARK: Stream

    mutating func begin(_ caps: String) throws(StreamFailure) {
        let name = String(caps.prefix { $0 != "," && $0 != "(" && $0 != ";" })
        guard name == "audio/x-raw" else { return try beginEncoded(name) }
        if case .encoded(let before) = kind { throw changed(from: before, to: "raw audio") }
        if demands.format == .other {
            throw StreamFailure(
                .invalidRequest,
                "'file-format' is other, but raw audio comes in, which is sent as pcm_s16le_16: leave the property unset, "
                    + "or put an encoder before the element")
        }
        try drain()
        if kind == nil, demands.mode == .limit, input.isLive() {
            onHeldBack(
                "the input is live, and nothing of the answer comes before it ends or reaches "
                    + "\(Demands.words(demands.maximumDuration)); set 'split' to silence for an answer in its pauses")
        }
        do {
            kind = .raw(try AudioConversion(from: caps))
        } catch {
            throw StreamFailure(.invalidRequest, error.description)
        }
    }

    private mutating func beginEncoded(_ name: String) throws(StreamFailure) {
        if demands.format == .pcm16kHz {
            throw StreamFailure(
                .invalidRequest,
                "'file-format' is pcm_s16le_16, but \(name.isEmpty ? "a stream without caps" : name) comes in: leave the "
                    + "property unset, or put 'decodebin' before the element")
        }
        switch kind {
        case .raw: throw changed(from: "raw audio", to: name)
        case .encoded(let before) where before != name: throw changed(from: before, to: name)
        case .encoded: return
        case nil:
            kind = .encoded(name)
            encodedLength = EncodedLength(name)
        }
    }

    private func changed(from before: String, to after: String) -> StreamFailure {
        StreamFailure(
            .invalidRequest, "the input changes from \(before) to \(after) in the middle; one upload holds one kind")
    }

    /// Another stream begins, with its own count of bytes; before the end it continues the one before.
    mutating func beginStream() { place.beginStream(behind: upload.spool.count) }

    mutating func note(_ segment: Segment) {
        self.segment = segment
        place.go(to: segment.startInBytes, of: upload.spool.count)
    }

    mutating func take(_ buffer: consuming Buffer) throws(StreamFailure) {
        if kind == nil { try beginEncoded("") }
        switch kind {
        case .raw(let conversion):
            guard let clipped = conversion.clip(buffer, to: segment) else { return }
            let bytes: Bytes
            do {
                bytes = try conversion.convert(clipped)
            } catch {
                throw StreamFailure(.internalFault, error.description)
            }
            try append(bytes)
        case .encoded, nil:
            guard let bytes = buffer.bytes() else {
                throw StreamFailure(.internalFault, "the memory of a buffer cannot be read")
            }
            let new = isExcess ? bytes : try place.take(bytes, into: upload)
            encodedLength?.add(new, lasting: buffer.duration, isHeader: buffer.flags.contains(.header))
            try append(new)
        }
    }

    /// Nothing comes for a time: silence, in raw audio.
    mutating func takeGap(_ duration: Duration) throws(StreamFailure) {
        guard case .raw(let conversion) = kind else { return }
        var rest = duration
        while rest > .zero {
            let silence = conversion.silence(rest)
            try append(silence.bytes)
            rest = silence.rest
        }
    }

    /// The stream has ended, whatever became of it.
    mutating func close() { isClosed = true }

    /// Nothing may follow the end, since what was uploaded is whole.
    func checkIsOpen() throws(StreamFailure) {
        guard isClosed else { return }
        throw StreamFailure(
            .invalidRequest,
            "audio comes after the end of the stream, but the element takes one stream: put 'concat' before it, or an element "
                + "of its own behind each")
    }

    /// No more comes.
    mutating func finish() throws(StreamFailure) {
        try drain()
        var length = length
        if case .encoded = kind, length == nil { length = toldLength }
        if excess(length) > 1 { throw tooMuch(length, isWhole: true) }
        guard upload.complete(as: format, lasting: length) else {
            throw StreamFailure(.invalidRequest, "no audio came in, so there is nothing to send")
        }
    }

    private mutating func drain() throws(StreamFailure) {
        if case .raw(let conversion) = kind { try append(conversion.drain()) }
    }

    private mutating func append(_ bytes: Bytes) throws(StreamFailure) {
        guard !bytes.isEmpty else { return }
        measured += bytes.count
        let length = length
        let excess = excess(length)
        if excess > 1 { isExcess = true }
        guard !isExcess else {
            // How long it is in all is worth knowing; where nobody says it, it is measured.
            if case .raw = kind, let told = toldLength, told > demands.maximumDuration {
                throw demands.tooLong(told, isEncoded: false, isWhole: true)
            }
            if excess > Self.patience || input.isLive() { throw tooMuch(length, isWhole: false) }
            return
        }
        do {
            try upload.spool.append(bytes)
        } catch {
            throw StreamFailure(error)
        }
        if format == .pcm16kHz { cut(bytes) }
    }

    private mutating func cut(_ bytes: Bytes) {
        guard cutter != nil else { return }
        // In small parts, so that it is clear what each cut was for.
        for offset in stride(from: 0, to: bytes.count, by: 3200) {
            let start = cutter?.start ?? 0
            for place in cutter?.add(bytes.slice(offset..<min(offset + 3200, bytes.count))) ?? [] {
                cuts += 1
                upload.cut(at: place * Self.sampleSize, as: format)
                let length = Duration(samples: Int64((cutter?.position ?? 0) - start), rate: PieceCutter.rate)
                onCut(
                    Cut(
                        place: Duration(samples: Int64(place), rate: PieceCutter.rate), piece: cuts,
                        isAtLimit: demands.mode == .limit || length > demands.maximumDuration))
            }
        }
    }

    // MARK: Limits

    /// How long what has come plays, where that is known.
    private var length: Duration? {
        if case .encoded = kind { return encodedLength?.duration }
        return Self.duration(measured, format)
    }

    /// How far the input is beyond what the service takes: 1 at the limit. Half a second more is what encoders may add.
    private func excess(_ length: Duration?) -> Double {
        if case .encoded = kind {
            let time = length.map { ($0 - .milliseconds(500)) / demands.maximumDuration } ?? 0
            return max(time, Double(measured) / Double(demands.maximumBytes))
        }
        return cutter == nil ? (length ?? .zero) / demands.maximumDuration : 0
    }

    private func tooMuch(_ length: Duration?, isWhole: Bool) -> StreamFailure {
        var isEncoded = false
        if case .encoded = kind { isEncoded = true }
        if isEncoded, measured > demands.maximumBytes { return demands.tooLarge(measured, isWhole: isWhole) }
        return demands.tooLong(length ?? .zero, isEncoded: isEncoded, isWhole: isWhole)
    }

    /// The length of the whole, where it has not been measured: what is linked to the filter may know it.
    private var toldLength: Duration? {
        guard let told = input.duration() else { return nil }
        guard let segment, let start = segment.start, let stop = segment.stop else { return told }
        return min(told, stop - start)
    }
}
