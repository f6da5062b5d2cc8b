import ElevenLabs
package import GStreamer
import HTTP
import Synchronization

/// `elevenlabstts`: a source that speaks a text, as a bin around an appsrc.
package final class TextToSpeechElement: StreamingElement {
    package static let metadata = ElementMetadata(
        factory: "elevenlabstts", typeName: "ElevenLabsTTS", longName: "ElevenLabs text to speech",
        classification: "Source/Network/Audio", description: "Speaks a text, as it streams from the ElevenLabs service")

    package static let padTemplates = [
        PadTemplateDefinition(
            name: "src", direction: .source,
            caps: OutputFormat.streamingCaps)
    ]

    package static let properties = TextToSpeechProperties.all

    private let element: UnownedElement
    private let output: StreamOutput
    private let settings = Mutex(PropertySettings())
    /// The texts of a stream that stays open.
    private let utterances = Utterances()
    /// The next text is asked for when the element has no more than this to give.
    private static let lead = Duration.seconds(1)

    package init(element: UnownedElement) {
        self.element = element
        output = StreamOutput(of: element.retained())
        announceFormat()
    }

    // MARK: Properties

    package func set(_ property: PropertyDefinition, to value: PropertyValue?) {
        settings.withLock { $0[property.name] = value }
        switch (property.name, value) {
        case ("output-format", _): announceFormat()
        case ("text", .string(let text)?):
            utterances.replaceNext(with: text)
            if output.hasBegun, !utterances.isOpen {
                element.retained().postWarning("the text comes too late: set 'keep-open' before the start")
            }
        case ("keep-open", .boolean(false)?): utterances.close()
        default: break
        }
    }

    package func value(of property: PropertyDefinition) -> PropertyValue? { settings.withLock { $0[property.name] } }

    /// The caps follow the property at once, so that a graph can be checked before anything runs.
    private func announceFormat() {
        let format = settings.withLock { $0.outputFormat } ?? .standard
        output.announce(format.caps, of: format)
    }

    // MARK: States

    package func changeState(_ transition: StateTransition, chainUp: () -> StateChangeReturn) -> StateChangeReturn {
        do throws(StreamFailure) {
            switch transition {
            case .nullToReady:
                _ = try makeOrder(StreamEngine.engine(for: element.retained()))
                return chainUp()
            case .readyToPaused:
                let result = chainUp()
                if result != .failure { try startSession() }
                return result
            case .pausedToReady:
                output.cancel()
                return chainUp()
            default: return chainUp()
            }
        } catch {
            element.retained().post(error)
            return .failure
        }
    }

    private func startSession() throws(StreamFailure) {
        let bin = element.retained()
        let engine = try StreamEngine.engine(for: bin)
        let order = try makeOrder(engine)
        let settings = settings.withLock { $0 }
        var orders: StreamSession.Orders = { $0 == 0 ? order : nil }
        if settings.keepsOpen {
            utterances.begin(with: settings.string("text"))
            orders = { [self] number throws(StreamFailure) in try await nextOrder(number, engine) }
        }
        output.start(orders, format: order.format, liveMargin: settings.liveMargin, for: bin, engine: engine)
    }

    /// The request as the properties stand now, checked as far as it can be without the service.
    private func makeOrder(_ engine: StreamEngine) throws(StreamFailure) -> StreamOrder {
        try output.checkInstallation()
        var settings = settings.withLock { $0 }
        if settings.keepsOpen, settings.string("text") == nil {
            // It comes later; all else is looked at now.
            settings["text"] = .string("-")
        }
        let order = try SpeechOrders(settings: settings, engine: engine).first()
        if settings.keepsOpen, !PieceJoiner.canJoin(order.format) {
            throw StreamFailure(
                .invalidRequest,
                "'keep-open' is true, but answers in \(order.format) cannot follow each other: set 'output-format' to mp3, "
                    + "pcm, ulaw or alaw")
        }
        if settings.keepsOpen, order.continuation != nil {
            throw StreamFailure(
                .invalidRequest, "'keep-open' is true, and then 'resume' cannot be word: a cut answer is an error there"
            )
        }
        return order
    }

    /// Waits for the next text of a stream that stays open.
    private func nextOrder(_ number: Int, _ engine: StreamEngine) async throws(StreamFailure) -> StreamOrder? {
        let text = await utterances.text(number) { [output] in output.supply.queued <= Self.lead }
        guard let text else { return nil }
        var settings = settings.withLock { $0 }
        settings["text"] = .string(text)
        var order: StreamOrder
        do throws(StreamFailure) {
            order = try SpeechOrders(settings: settings, engine: engine).first()
        } catch {
            throw StreamFailure(.invalidRequest, "text \(number + 1): \(error.message)")
        }
        order.piece = StreamOrder.Piece(number: number + 1)
        order.onAnswered = { [utterances] in utterances.noteAnswered() }
        return order
    }

    // MARK: Streaming

    package var receivedBytes: Int { output.receivedBytes }

    package var supply: StreamSupply {
        // Before the rest: what is received then is of a text that was there.
        let isIdle = utterances.isIdle
        var supply = output.supply
        supply.isIdle = isIdle
        return supply
    }

    package func finished() async { await output.finished() }

    package func end(dropping: Bool) { output.end(dropping: dropping) }
}
