import Dispatch
import ElevenLabs
import GLib
import GStreamer
import HTTP
import Synchronization

private let discarding = DispatchQueue(label: "elevenpipe-spool-discard", qos: .utility)

/// A filter whose work the service does: a sink pad that spools what comes, and a source side that streams the answers.
///
/// The sink pad never waits for the network, so whatever else hangs on the same source runs on.
final class UploadFilter<Request: UploadRequest>: StreamingElement, InputPadHandler {
    static var metadata: ElementMetadata { Request.metadata }
    static var properties: [PropertyDefinition] { Request.properties }
    static var padTemplates: [PadTemplateDefinition] {
        [
            UploadProperties.sinkTemplate,
            PadTemplateDefinition(name: "src", direction: .source, caps: Request.sourceCaps),
        ]
    }

    private let element: UnownedElement
    private let input: InputPad?
    private let output: StreamOutput
    private let settings = Mutex(PropertySettings())
    /// Taken by the streaming thread and by state changes while none runs.
    private let intake = Mutex<UploadIntake?>(nil)
    /// Between READY->PAUSED and PAUSED->READY; held while a stream begins, so that none begins after its end.
    private let isRunning = Mutex(false)

    init(element: UnownedElement) {
        self.element = element
        let bin = element.retained()
        bin.denyBeingSource()
        output = StreamOutput(of: bin)
        input = InputPad(of: element, template: "sink")
        input?.setHandler(self)
        if let sink = input?.pad {
            bin.pad(named: "src")?.answerLatency {
                // The answer is stamped on its arrival, so it is never late; but it is live where its input is.
                Latency(isLive: sink.peerLatency?.isLive ?? false, minimum: .zero, maximum: nil)
            }
        }
        announceFormat()
    }

    // MARK: Properties

    func set(_ property: PropertyDefinition, to value: PropertyValue?) {
        settings.withLock { $0[property.name] = value }
        if property.name == "output-format" { announceFormat() }
    }

    func value(of property: PropertyDefinition) -> PropertyValue? { settings.withLock { $0[property.name] } }

    private func announceFormat() {
        let request = Request(settings.withLock { $0 })
        output.announce(request.answerCaps, of: request.answerFormat)
    }

    // MARK: States

    func changeState(_ transition: StateTransition, chainUp: () -> StateChangeReturn) -> StateChangeReturn {
        do throws(StreamFailure) {
            switch transition {
            case .nullToReady:
                try check()
                return chainUp()
            case .readyToPaused:
                prepareIntake()
                // The answer comes long after the start: with a microphone, after the first sentence.
                output.holdCaps()
                let result = chainUp()
                guard result != .failure else { return result }
                try isRunning.withLock { (isRunning) throws(StreamFailure) in
                    isRunning = true
                    try startStream()
                }
                return result
            case .pausedToReady:
                isRunning.withLock { $0 = false }
                output.cancel()
                let result = chainUp()
                intake.withLock { $0 = nil }
                return result
            default: return chainUp()
            }
        } catch {
            element.retained().post(error)
            return .failure
        }
    }

    /// Looks over all that can be known before there is audio.
    private func check() throws(StreamFailure) {
        try output.checkInstallation()
        let settings = settings.withLock { $0 }
        let request = Request(settings)
        try settings.check(request)
        guard settings.string("split") != "silence" || PieceJoiner.canJoin(request.answerFormat) else {
            throw StreamFailure(
                .invalidRequest,
                "'split' is silence, but answers in \(request.answerFormat) cannot be joined; set 'output-format' to mp3 or pcm"
            )
        }
        _ = try StreamEngine.engine(for: element.retained()).key()
    }

    private func prepareIntake() {
        let sink = input?.pad
        let element = element
        let new = UploadIntake(
            settings.withLock { UploadIntake.Demands(Request.self, $0) },
            input: UploadIntake.Input(
                isLive: { sink?.peerLatency?.isLive ?? false }, duration: { sink?.peerDuration }),
            onHeldBack: { element.retained().postWarning($0) },
            onCut: { cut in
                // Only the streaming thread calls it, and the pad whose thread it is belongs to the element.
                element.retained().post(
                    StreamMessage.cut,
                    [
                        "at": .double(cut.place.seconds), "piece": .integer(Int64(cut.piece)),
                        "reason": .string(cut.isAtLimit ? "limit" : "silence"),
                    ])
            })
        intake.withLock { $0 = new }
    }

    private func startStream() throws(StreamFailure) {
        let bin = element.retained()
        let engine = try StreamEngine.engine(for: bin)
        let settings = settings.withLock { $0 }
        guard let upload = intake.withLock({ $0?.upload }) else { return }
        let request = Request(settings)
        output.start(
            { number throws(StreamFailure) in
                guard let piece = await upload.piece(number) else { return nil }
                return try Self.order(piece, of: upload, request, settings, engine)
            }, format: request.answerFormat, liveMargin: settings.liveMargin, for: bin, engine: engine)
    }

    private static func order(
        _ piece: Upload.Piece, of upload: Upload, _ request: Request, _ settings: PropertySettings,
        _ engine: StreamEngine
    ) throws(StreamFailure) -> StreamOrder {
        var request = request
        request.fileFormat = piece.format
        let key = try engine.key()
        let wire: HTTPRequest
        do {
            wire = try request.httpRequest(
                audio: upload.body(of: piece), baseURL: engine.baseURL, key: key,
                timeouts: settings.timeouts)
        } catch {
            throw StreamFailure(.invalidRequest, error.description)
        }
        let duration = UploadIntake.duration(piece.range.count, piece.format)
        return StreamOrder(
            request: wire, format: request.answerFormat, retries: settings.retries,
            gate: engine.gate(for: key), model: settings.string("model-id") ?? "",
            size: .audio(duration, bytes: piece.range.count),
            piece: piece.isOnly ? nil : StreamOrder.Piece(number: piece.number, samples: piece.range.count / 2),
            leastDuration: LeastDuration.answering(duration ?? upload.duration),
            // Not on the thread of the network: it would wait while the streaming thread writes to the disk.
            onAnswered: { discarding.async { upload.spool.discard(before: piece.range.upperBound) } })
    }

    // MARK: Input

    func chain(_ buffer: consuming Buffer) -> FlowReturn {
        var buffer: Buffer? = buffer
        do throws(StreamFailure) {
            try intake.withLock { (intake) throws(StreamFailure) in
                try intake?.checkIsOpen()
                // Where the stream has ended early nobody waits for the rest; those beside this branch go on.
                guard !output.isOver, let buffer = buffer.take() else { return }
                try intake?.take(buffer)
            }
            return .ok
        } catch {
            fail(error)
            return .error
        }
    }

    func event(_ event: PadEvent) -> Bool {
        do throws(StreamFailure) {
            try note(event)
            return true
        } catch {
            fail(error)
            return false
        }
    }

    private func note(_ event: PadEvent) throws(StreamFailure) {
        switch event {
        case .caps(let caps):
            try intake.withLock { (intake) throws(StreamFailure) in try intake?.begin(caps) }
        case .segment(let segment): intake.withLock { $0?.note(segment) }
        case .gap(_, let duration?):
            try intake.withLock { (intake) throws(StreamFailure) in
                try intake?.checkIsOpen()
                if !output.isOver { try intake?.takeGap(duration) }
            }
        case .tag(let tags): output.sendTags(tags)
        case .endOfStream:
            try intake.withLock { (intake) throws(StreamFailure) in
                intake?.close()
                if !output.isOver { try intake?.finish() }
            }
        case .flushStart:
            output.cancel()
            output.startFlushing()
        case .flushStop:
            output.stopFlushing()
            try isRunning.withLock { (isRunning) throws(StreamFailure) in
                guard isRunning else { return }
                prepareIntake()
                try startStream()
            }
        case .streamStart: intake.withLock { $0?.beginStream() }
        case .gap, .other: return
        }
    }

    private func fail(_ failure: StreamFailure) {
        element.retained().post(failure)
        output.end(dropping: false)
    }

    // MARK: Streaming

    var receivedBytes: Int { output.receivedBytes }

    var supply: StreamSupply { output.supply }

    func finished() async { await output.finished() }

    func end(dropping: Bool) { output.end(dropping: dropping) }
}
