import GLib
import GStreamer
import Synchronization
import Testing

/// An element of the tests': every kind of property, and a log of its states.
private final class Probe: ElementImplementation {
    static let metadata = ElementMetadata(
        factory: "testprobe", typeName: "ElevenPipeTestProbe", longName: "Probe", classification: "Test",
        description: "For tests")
    static let padTemplates: [PadTemplateDefinition] = []
    static let properties = [
        PropertyDefinition("text", nick: "", blurb: "A text", kind: .string),
        PropertyDefinition("flag", nick: "", blurb: "A flag", kind: .boolean(default: true)),
        PropertyDefinition("count", nick: "", blurb: "A count", kind: .unsigned(1...9, default: 3)),
        PropertyDefinition("part", nick: "", blurb: "A part", kind: .double(0...1, default: 0.25)),
        PropertyDefinition(
            "word", nick: "", blurb: "A word",
            kind: .word(typeName: "ElevenPipeTestWord", ["one", "two"], default: "two")),
        PropertyDefinition("list", nick: "", blurb: "A list", kind: .strings),
        PropertyDefinition("fields", nick: "", blurb: "A structure", kind: .structure),
    ]
    static let alive = Mutex(0)

    private let values = Mutex<[String: PropertyValue]>([:])
    let transitions = Mutex<[StateTransition]>([])

    init(element: UnownedElement) { Probe.alive.withLock { $0 += 1 } }
    deinit { Probe.alive.withLock { $0 -= 1 } }

    func set(_ property: PropertyDefinition, to value: PropertyValue?) {
        values.withLock { $0[property.name] = value }
    }
    func value(of property: PropertyDefinition) -> PropertyValue? { values.withLock { $0[property.name] } }
    func changeState(_ transition: StateTransition, chainUp: () -> StateChangeReturn) -> StateChangeReturn {
        transitions.withLock { $0.append(transition) }
        return chainUp()
    }
}

@Suite(.serialized) struct ElementTypeTests {
    init() throws { try ElementType.register(Probe.self) }

    @Test func registeringTwiceIsHarmless() throws { try ElementType.register(Probe.self) }

    @Test func propertiesOfEveryKindComeFromALaunchLine() throws {
        let element = try Element.parse(
            launch: """
                testprobe text="a, b" flag=false count=7 part=0.75 word=one list=<x,yz> \
                fields="f,a=(int)1,b=(string)two"
                """)
        let probe = try #require(element.implementation as? Probe)
        let values = Probe.properties.map { probe.value(of: $0) }
        #expect(
            values == [
                .string("a, b"), .boolean(false), .unsigned(7), .double(0.75), .string("one"), .strings(["x", "yz"]),
                .structure(["a": .integer(1), "b": .string("two")]),
            ])
    }

    @Test func whatWasNotSetIsNotSetButReadsAsItsDefault() throws {
        let element = try Element.make("testprobe")
        let probe = try #require(element.implementation as? Probe)
        #expect(Probe.properties.allSatisfy { probe.value(of: $0) == nil })
        #expect(element.get("flag")?.bool == true)
        #expect(element.get("count")?.integer == 3)
        #expect(element.get("part")?.double == 0.25)
        #expect(element.get("text")?.string == nil)
        #expect(element.get("no-such-property") == nil)
    }

    @Test func statesPassThroughTheImplementation() async throws {
        let element = try Element.make("testprobe")
        await onThread { [element] in
            element.setState(.playing)
            element.setState(.null)
        }
        let probe = try #require(element.implementation as? Probe)
        #expect(
            probe.transitions.withLock { $0 } == [
                .nullToReady, .readyToPaused, .pausedToPlaying, .playingToPaused, .pausedToReady, .readyToNull,
            ])
    }

    @Test func theImplementationGoesWithItsElement() throws {
        let before = Probe.alive.withLock { $0 }
        do {
            let elements = try (0..<10).map { _ in try Element.make("testprobe") }
            #expect(Probe.alive.withLock { $0 } == before + elements.count)
        }
        #expect(Probe.alive.withLock { $0 } == before)
    }
}
