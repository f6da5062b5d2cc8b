import GLib
import GStreamer
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An element of the tests' with an input pad: it keeps what comes, or blocks, until it is told not to.
final class Collector: ElementImplementation, InputPadHandler {
    static let metadata = ElementMetadata(
        factory: "testcollector", typeName: "ElevenPipeTestCollector", longName: "Collector", classification: "Sink",
        description: "For tests")
    static let padTemplates = [
        PadTemplateDefinition(name: "sink", direction: .sink, caps: "audio/x-raw; application/x-rtp; test/any")
    ]
    static let properties: [PropertyDefinition] = []
    static let alive = Mutex(0)

    enum Entry: Equatable {
        case event(String)
        case buffer(time: Duration?, duration: Duration?, flags: Buffer.Flags)
    }

    struct State {
        var log: [Entry] = []
        var bytes: [UInt8] = []
        var converter: AudioConversion?
        var isBlocking = false
        var isEnded = false
        var failure: AudioConversion.Failure?
        /// What `chain` answers.
        var answer = FlowReturn.ok

        var buffers: Int { log.count { if case .buffer = $0 { true } else { false } } }
    }

    let state = Mutex(State())
    private let input: InputPad?

    init(element: UnownedElement) {
        Self.alive.withLock { $0 += 1 }
        input = InputPad(of: element, template: "sink")
        input?.setHandler(self)
    }

    deinit { Self.alive.withLock { $0 -= 1 } }

    func set(_ property: PropertyDefinition, to value: PropertyValue?) {}
    func value(of property: PropertyDefinition) -> PropertyValue? { nil }

    func changeState(_ transition: StateTransition, chainUp: () -> StateChangeReturn) -> StateChangeReturn {
        if transition == .pausedToReady { state.withLock { $0.isBlocking = false } }
        return chainUp()
    }

    func chain(_ buffer: consuming Buffer) -> FlowReturn {
        let (converter, answer) = state.withLock { ($0.converter, $0.answer) }
        let entry = Entry.buffer(time: buffer.presentationTime, duration: buffer.duration, flags: buffer.flags)
        do throws(AudioConversion.Failure) {
            let bytes = try converter?.convert(buffer) ?? buffer.bytes() ?? Bytes([])
            state.withLock { state in
                state.log.append(entry)
                state.bytes += bytes.array
            }
        } catch {
            state.withLock { $0.failure = error }
            return .error
        }
        while state.withLock({ $0.isBlocking }) { usleep(1000) }
        return answer
    }

    func event(_ event: PadEvent) -> Bool {
        switch event {
        case .flushStart: state.withLock { $0.isBlocking = false }
        case .caps(let caps) where state.withLock({ $0.converter != nil }):
            do throws(AudioConversion.Failure) {
                let converter = try AudioConversion(from: caps)
                state.withLock { $0.converter = converter }
            } catch {
                state.withLock { $0.failure = error }
                return false
            }
        case .endOfStream:
            let rest = state.withLock { $0.converter }?.drain()
            state.withLock { state in
                state.bytes += rest?.array ?? []
                state.isEnded = true
            }
        default: break
        }
        state.withLock { $0.log.append(.event(Self.name(of: event))) }
        return true
    }

    private static func name(of event: PadEvent) -> String {
        switch event {
        case .streamStart: "stream-start"
        case .caps(let caps): caps
        case .segment(let segment): "segment \(segment.isInTime ? "time" : "other")"
        case .gap(let start, let duration): "gap \(start) \(duration.map { "\($0)" } ?? "-")"
        case .tag(let tags): tags
        case .endOfStream: "eos"
        case .flushStart: "flush-start"
        case .flushStop: "flush-stop"
        case .other(let name): name
        }
    }

    /// Runs a launch line that ends in `testcollector name=end` until its end of stream, ten seconds at most.
    static func run(_ line: String, converting: Bool = false) async throws -> State {
        try ElementType.register(Collector.self)
        let pipeline = try Element.parse(launch: line)
        guard let end = pipeline.child(named: "end")?.implementation as? Collector else { return State() }
        if converting {
            let placeholder = try AudioConversion(
                from: "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved")
            end.state.withLock { $0.converter = placeholder }
        }
        await onThread { pipeline.setState(.playing) }
        for _ in 0..<2000 where end.state.withLock({ !$0.isEnded && $0.failure == nil }) {
            try await Task.sleep(for: .milliseconds(5))
        }
        await onThread { pipeline.setState(.null) }
        return end.state.withLock { $0 }
    }
}
