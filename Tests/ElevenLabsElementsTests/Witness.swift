import GLib
import GStreamer
import Synchronization

/// The end of a pipeline of the tests': it writes down all that comes, times, flags and bytes.
final class Witness: ElementImplementation, InputPadHandler {
    static let metadata = ElementMetadata(
        factory: "testwitness", typeName: "ElevenPipeTestWitness", longName: "Witness", classification: "Sink",
        description: "For tests")
    static let padTemplates = [PadTemplateDefinition(name: "sink", direction: .sink, caps: "ANY")]
    static let properties: [PropertyDefinition] = []

    struct Account: Sendable, Equatable {
        /// Events as text, buffers as theirs and a checksum of their bytes.
        var lines: [String] = []
        var buffers = 0
        var isEnded = false
        /// How many buffers are taken until the answer is `answer`.
        var limit = Int.max
        var answer = FlowReturn.endOfStream
    }

    let account = Mutex(Account())
    private let input: InputPad?
    private let conversion = Mutex<AudioConversion?>(nil)

    init(element: UnownedElement) {
        input = InputPad(of: element, template: "sink")
        input?.setHandler(self)
    }

    func set(_ property: PropertyDefinition, to value: PropertyValue?) {}
    func value(of property: PropertyDefinition) -> PropertyValue? { nil }
    func changeState(_ transition: StateTransition, chainUp: () -> StateChangeReturn) -> StateChangeReturn { chainUp() }

    func chain(_ buffer: consuming Buffer) -> FlowReturn {
        let header = BufferHeader(buffer)
        let text = withUnsafeBytes(of: header) { $0.map { String($0, radix: 16) }.joined(separator: " ") }
        var sum = Self.checksum(buffer.bytes())
        // Of audio in planes, what the planes hold, which only the buffer's metadata tells.
        if let conversion = conversion.withLock({ $0 }) { sum ^= Self.checksum(try? conversion.convert(buffer)) }
        return account.withLock { account in
            if account.buffers >= account.limit { return account.answer }
            account.buffers += 1
            account.lines.append("\(text) \(sum)")
            return .ok
        }
    }

    private static func checksum(_ bytes: Bytes?) -> UInt64 {
        (bytes?.array ?? [0xFF]).reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    }

    func event(_ event: PadEvent) -> Bool {
        let text: String
        switch event {
        // Its id is another for every run.
        case .streamStart: text = "stream-start"
        case .caps(let caps):
            text = caps
            if caps.contains("non-interleaved") {
                let made = try? AudioConversion(from: caps)
                conversion.withLock { $0 = made }
            }
        case .segment(let segment):
            text =
                "segment \(segment.rate) \(segment.start ?? .zero) \(segment.stop ?? .zero) \(segment.runningTime(of: .seconds(1)) ?? .zero)"
        case .gap(let start, let duration): text = "gap \(start) \(duration ?? .zero)"
        case .tag(let tags): text = tags
        default: text = "\(event)"
        }
        account.withLock { account in
            account.lines.append(text)
            if case .endOfStream = event { account.isEnded = true }
        }
        return true
    }

    /// Runs a launch line until every `testwitness` in it has its end, or one error.
    static func run(
        _ line: String, limit: Duration = .seconds(20), prepare: (Element) throws -> Void = { _ in }
    ) async throws -> (witnesses: [String: Account], events: [BusEvent]) {
        try ElementType.register(Witness.self)
        let pipeline = try Element.parse(launch: line)
        let witnesses = pipeline.descendants.compactMap { element in
            (element.implementation as? Witness).map { (element.name, $0) }
        }
        let events = Mutex<[BusEvent]>([])
        let bus = Bus(of: pipeline) { event in events.withLock { $0.append(event) } }
        try prepare(pipeline)
        await onThread { pipeline.setState(.playing) }
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            let isOver =
                witnesses.allSatisfy { $0.1.account.withLock { $0.isEnded } }
                || events.withLock { $0.contains { if case .error = $0 { true } else { false } } }
            if isOver { break }
            try await Task.sleep(for: .milliseconds(2))
        }
        await onThread { pipeline.setState(.null) }
        bus.close()
        return (
            Dictionary(uniqueKeysWithValues: witnesses.map { ($0.0, $0.1.account.withLock { $0 }) }),
            events.withLock { $0 }
        )
    }
}
