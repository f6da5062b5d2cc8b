import GLib
import GStreamer
import Testing

@testable import ElevenPipe

@Suite struct `Values of properties` {
    private func spec(_ property: String, of factory: String) throws -> PropertySpec {
        let properties = ElementFactory(named: factory)?.properties() ?? []
        return try #require(properties.first { $0.name == property })
    }

    @Test(arguments: [
        ("0.5", 0.5), ("-6dB", 0.501187), ("-6 dB", 0.501187), ("0dB", 1.0), ("+20db", 10.0), ("1e-1", 0.1),
        ("-200dB", 1e-10),
    ])
    func `a volume is a factor or decibels`(text: String, expected: Double) throws {
        let value = try spec("volume", of: "volume").value(from: .text(text))
        #expect(value.double.map { abs($0 - expected) < 1e-6 } == true)
    }

    @Test(arguments: [
        ("max-size-bytes", "queue", "010", 10), ("max-size-time", "queue", "5000000000", 5_000_000_000),
        ("num-buffers", "fakesrc", "-1", -1), ("num-buffers", "fakesrc", "+7", 7),
    ])
    func `whole numbers are decimal`(property: String, factory: String, text: String, expected: Int64) throws {
        #expect(try spec(property, of: factory).value(from: .text(text)).integer == expected)
    }

    @Test(
        arguments: ["max-size-bytes", "max-size-time"],
        ["-1", "99999999999999999999", "1.5", "", " 1", "1 ", "0x1", "１"])
    func `what is no number in range is refused`(property: String, text: String) throws {
        let spec = try spec(property, of: "queue")
        #expect(throws: PropertyFailure.self) { try spec.value(from: .text(text)) }
    }

    @Test(arguments: ["NULL", "\"Hello\"", "\"Hi,\" she said, \"bye\"", "", "日本語"])
    func `strings are set as they are`(text: String) throws {
        #expect(try spec("location", of: "filesrc").value(from: .text(text)).string == text)
    }

    @Test(arguments: [
        ("wave", "audiotestsrc", "pink-noise"), ("leaky", "queue", "downstream"),
        ("caps", "capsfilter", "audio/x-raw,rate=8000"),
        ("flags", "playbin", "audio+video"), ("extra-headers", "souphttpsrc", "headers,a=b"),
        ("profile", "encodebin", "application/ogg:audio/x-opus"), ("mix-matrix", "audioconvert", "<<(float)1>>"),
        ("pattern", "videotestsrc", "0"),
    ])
    func `what GStreamer reads is read by GStreamer`(property: String, factory: String, text: String) throws {
        guard ElementFactory(named: factory) != nil else { return }
        let spec = try spec(property, of: factory)
        _ = try spec.value(from: .text(text))
        #expect(throws: PropertyFailure.self) { try spec.value(from: .text("no such thing at all,,,=")) }
    }

    @Test(arguments: [
        ("caps", "capsfilter", "audio/x-raw,rate=[1,2148743647]"), ("caps", "capsfilter", "4/x"),
        ("profile", "encodebin", "structure+"), ("profile", "encodebin", "audio/mpeg||1"),
        ("profile", "encodebin", "audio/x-raw->"), ("profile", "encodebin", "application/ogg:a\\b"),
        ("profile", "encodebin", "/"), ("profile", "encodebin", "ANY"), ("profile", "encodebin", "ANY+foo"),
    ])
    func `what GStreamer would complain of or crash on is refused`(property: String, factory: String, text: String)
        throws
    {
        guard ElementFactory(named: factory) != nil else { return }
        let spec = try spec(property, of: factory)
        #expect(throws: PropertyFailure.self) { try spec.value(from: .text(text)) }
    }

    @Test func `lists become arrays of the right items`() throws {
        let spec = try spec("mix-matrix", of: "audioconvert")
        _ = try spec.value(from: .list([.list([.text("1"), .text("0.5")]), .list([.text("0"), .text("1e-3")])]))
        #expect(throws: PropertyFailure.self) { try spec.value(from: .list([.list([.text("x")])])) }
        #expect(throws: PropertyFailure.self) { try spec.value(from: .list([.text("1")])) }
    }

    @Test func `a plan sets what the checker accepted, on pads and children too`() throws {
        let graph = try checked(
            file(
                "a: [audiotestsrc: {freq: 880, wave: square}, audiomixer: {\"sink_0::volume\": -6dB}, fakesink: {sync: true}]"
            ))
        for step in graph.plan.elements {
            let element = try Element.make(step.factory, named: step.name)
            try step.apply(to: element.reference)
        }
    }

    @Test func `no element's properties make the reader of properties fall`() throws {
        // Every type of property there is, with texts that fit none or some.
        for name in Registry.elementNames()
        where name.hasPrefix("audio") || name.hasPrefix("rtp") || name.hasPrefix("v") {
            for spec in ElementFactory(named: name)?.properties() ?? [] {
                for text in ["", "1", "x", "{", "<", "[1,2]", "a/b,c=d", "-", "NULL", "(int)1"] {
                    _ = try? spec.value(from: .text(text))
                    _ = try? spec.value(from: .list([.text(text), .list([])]))
                }
                _ = (spec.typeDescription, spec.defaultText, spec.range, spec.choices)
            }
        }
    }
}
