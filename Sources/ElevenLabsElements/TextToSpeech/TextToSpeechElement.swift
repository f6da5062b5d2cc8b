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
            caps: """
                audio/mpeg, mpegversion=1, layer=3; \
                audio/x-raw, format=S16LE, layout=interleaved, channels=1, rate=[8000, 48000]; \
                audio/x-mulaw, rate=8000, channels=1; audio/x-alaw, rate=8000, channels=1; audio/ogg
                """)
    ]

    package static let properties = TextToSpeechProperties.all

    /// Far more than a pipeline needs to run smoothly: what is read early is safe from a network that stalls later, and the
    /// sooner a request is done, the sooner its place among the concurrent ones is free. Still a bound: two minutes of MP3.
    private static let queueLimits = AppSource.Limits(bytes: 2 << 20, buffers: 4096, time: .seconds(60))

    private let element: UnownedElement
    private let source: AppSource?
    private let state = Mutex(State())

    private struct State {
        var settings = PropertySettings()
        /// Holds this element while its task runs, so it is let go of as soon as the element stops.
        var session: StreamSession?
        /// What the sessions before received, and the last one's work, which may still be letting go of the element.
        var received = 0
        var lastTask: Task<Void, Never>?
    }

    package init(element: UnownedElement) {
        self.element = element
        let bin = element.retained()
        source = try? AppSource(named: "appsrc", limits: Self.queueLimits)
        if let source, bin.add(source.element), let pad = source.element.pad(named: "src") {
            _ = bin.expose(pad, as: "src", template: "src")
        }
        announceFormat()
    }

    // MARK: Properties

    package func set(_ property: PropertyDefinition, to value: PropertyValue?) {
        state.withLock { $0.settings[property.name] = value }
        if property.name == "output-format" { announceFormat() }
    }

    package func value(of property: PropertyDefinition) -> PropertyValue? {
        state.withLock { $0.settings[property.name] }
    }

    /// The caps follow the property at once, so that a graph can be checked before anything runs.
    private func announceFormat() {
        let settings = state.withLock { $0.settings }
        let format = TextToSpeechProperties.request(settings).effectiveOutputFormat
        source?.setCaps(format.caps, timed: format.bytesPerSample != nil)
    }

    // MARK: States

    package func changeState(_ transition: StateTransition, chainUp: () -> StateChangeReturn) -> StateChangeReturn {
        switch transition {
        case .nullToReady:
            do throws(StreamFailure) {
                _ = try makeOrder(StreamEngine.engine(for: element.retained()))
            } catch {
                report(error)
                return .failure
            }
            return chainUp()
        case .readyToPaused:
            let result = chainUp()
            return result == .failure || startSession() ? result : .failure
        case .pausedToReady:
            let session = state.withLock { state in
                state.received = state.session?.receivedBytes ?? state.received
                state.lastTask = state.session?.task ?? state.lastTask
                return state.session.take()
            }
            session?.cancel()
            return chainUp()
        default: return chainUp()
        }
    }

    /// - Returns: false where the request cannot be made, which is reported.
    private func startSession() -> Bool {
        guard let source else { return false }
        let bin = element.retained()
        do throws(StreamFailure) {
            let engine = try StreamEngine.engine(for: bin)
            let order = try makeOrder(engine)
            let session = StreamSession(element: bin, source: source, engine: engine, order: order)
            state.withLock { $0.session = session }
            session.start()
            Decoders.load(for: order.format.caps)
            return true
        } catch {
            report(error)
            return false
        }
    }

    /// The request as the properties stand now, checked as far as it can be without the service.
    private func makeOrder(_ engine: StreamEngine) throws(StreamFailure) -> StreamSession.Order {
        guard source != nil else {
            throw StreamFailure(
                .configuration, "the element appsrc is missing: install the Debian package gstreamer1.0-plugins-base")
        }
        let settings = state.withLock { $0.settings }
        let request = TextToSpeechProperties.request(settings)
        if let finding = request.validate().first {
            throw StreamFailure(.invalidRequest, Self.sentence(finding, settings))
        }
        let timeouts = HTTPTimeouts(
            connect: .seconds(settings.double("connect-timeout") ?? 10),
            firstByte: .seconds(settings.double("first-byte-timeout") ?? 30),
            idle: .seconds(settings.double("idle-timeout") ?? 15))
        if engine.baseURL.isExposed {
            throw StreamFailure(
                .configuration,
                "the key is not sent to \(engine.baseURL), because plain HTTP would show it to the network; use https")
        }
        let key = try engine.key()
        let wire: HTTPRequest
        do {
            wire = try request.httpRequest(baseURL: engine.baseURL, key: key, timeouts: timeouts)
        } catch {
            throw StreamFailure(.invalidRequest, error.description)
        }
        return StreamSession.Order(
            request: wire, format: request.effectiveOutputFormat, retries: Int(settings.unsigned("retries") ?? 2),
            characters: request.text.unicodeScalars.count)
    }

    /// A finding in the words of the element: the API's `voice_settings.speed` is the property `speed`.
    private static func sentence(_ finding: RequestFinding, _ settings: PropertySettings) -> String {
        let field = finding.field.split(separator: ".").last.map(String.init) ?? finding.field
        let name = String(field.map { $0 == "_" ? "-" : $0 })
        if settings[name] == nil { return "'\(name)' is not set, but must be \(finding.allowed)" }
        return "'\(name)' is \(finding.value), but must be \(finding.allowed)"
    }

    private func report(_ failure: StreamFailure) {
        element.retained().postError(
            domain: StreamFailure.domain, code: failure.category.rawValue, message: failure.message)
    }

    // MARK: Streaming

    package var receivedBytes: Int { state.withLock { $0.session?.receivedBytes ?? $0.received } }

    package func finished() async { await state.withLock { $0.lastTask }?.value }

    package func end(dropping: Bool) {
        state.withLock { $0.session }?.cancel()
        if dropping { source?.element.pad(named: "src")?.dropEverything() }
        source?.endOfStream()
    }
}
