import GLib
import GStreamer
import Testing

@Suite struct AudioConversionTests {
    /// A tone in any format, in buffers of an odd length.
    private static func tone(_ caps: String, rate: Int, seconds: Double = 0.5) -> String {
        let buffers = Int(Double(rate) * seconds) / 331
        return "audiotestsrc freq=440 volume=0.5 samplesperbuffer=331 num-buffers=\(buffers) ! audioconvert ! \(caps)"
    }

    private static func samples(_ bytes: [UInt8]) -> [Int] {
        stride(from: 0, to: bytes.count - 1, by: 2).map {
            Int(Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8))
        }
    }

    private static let formats = ["U8", "S16BE", "S24LE", "S24_32BE", "S32LE", "F32LE", "F64BE"]
    private static let layouts = [
        "channels=1", "channels=2", "channels=2,layout=non-interleaved", "channels=6,channel-mask=(bitmask)0x3f",
    ]

    @Test(arguments: [8000, 11025, 16000, 22050, 44100, 48000, 96000, 192_000], formats)
    func everyFormatSoundsAndLastsAsAfterTheElementsForIt(rate: Int, format: String) async throws {
        for layout in Self.layouts {
            let source = Self.tone("audio/x-raw,format=\(format),rate=\(rate),\(layout)", rate: rate)
            let converted = try await Collector.run("\(source) ! testcollector name=end", converting: true)
            #expect(converted.failure == nil && converted.isEnded)
            let reference = try await Collector.run(
                """
                \(source) ! audioconvert dithering=none ! audioresample \
                ! audio/x-raw,format=S16LE,rate=16000,channels=1 ! testcollector name=end
                """)
            let (ours, theirs) = (Self.samples(converted.bytes), Self.samples(reference.bytes))
            let expected = rate / 2 / 331 * 331 * 16000
            #expect(abs(ours.count * rate - expected) <= rate, "\(layout): \(ours.count) samples")
            #expect(abs(ours.count - theirs.count) <= 1, "\(layout): \(ours.count), not \(theirs.count)")
            // Before the last two milliseconds, where the two fill up what is not there differently.
            let difference = zip(ours, theirs).dropLast(32).map { abs($0 - $1) }.max() ?? .max
            #expect(difference <= (format == "U8" ? 160 : 4), "\(layout): \(difference)")
        }
    }

    @Test(arguments: [8000, 11025, 22050, 44100, 48000, 96000, 192_000])
    func aToneKeepsItsFrequencyAndLevel(rate: Int) async throws {
        let result = try await Collector.run(
            "\(Self.tone("audio/x-raw,format=F32LE,rate=\(rate),channels=1", rate: rate, seconds: 2)) ! testcollector name=end",
            converting: true)
        let tone = Self.samples(result.bytes).dropFirst(1600).prefix(24000).map(Double.init)
        let crossings = zip(tone, tone.dropFirst()).count { $0 < 0 && $1 >= 0 }
        #expect(abs(crossings - 660) <= 1)
        let level = (tone.reduce(0) { $0 + $1 * $1 } / Double(tone.count)).squareRoot()
        #expect(abs(level / (0.5 * 32767 / 2.0.squareRoot()) - 1) < 0.005)
    }

    @Test(arguments: [8000, 44100, 192_000])
    func buffersOfOneSampleGiveTheSameBytesAsOneBuffer(rate: Int) throws {
        let caps = "audio/x-raw,format=S16LE,layout=interleaved,rate=\(rate),channels=1"
        let bytes = Bytes((0..<8000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })
        let whole = try AudioConversion(from: caps)
        let expected = try whole.convert(Buffer(wrapping: bytes)).array + whole.drain().array
        let pieces = try AudioConversion(from: caps)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 2) {
            result += try pieces.convert(Buffer(wrapping: bytes.slice(start..<start + 2))).array
        }
        result += pieces.drain().array
        let isSame = result == expected
        #expect(isSame && result.count / 2 == (4000 * 16000 + rate / 2) / rate)
        // After the drain it starts anew.
        let again = try pieces.convert(Buffer(wrapping: bytes)).array + pieces.drain().array
        let isSameAgain = again == expected
        #expect(isSameAgain)
    }

    @Test func channelsWithoutPositionsAreMixedAlike() throws {
        let converter = try AudioConversion(
            from: "audio/x-raw,format=S16LE,layout=interleaved,rate=16000,channels=4,channel-mask=(bitmask)0")
        // Only the last channel sounds.
        let bytes = Bytes((0..<100).flatMap { _ in [0, 0, 0, 0, 0, 0, 0, 0x40] as [UInt8] })
        let samples = Self.samples(try converter.convert(Buffer(wrapping: bytes)).array + converter.drain().array)
        #expect(samples.count == 100 && samples.allSatisfy { abs($0 - 0x1000) <= 1 })
    }

    @Test func silenceOfAnyLengthComesInPiecesWithABound() throws {
        let converter = try AudioConversion(
            from: "audio/x-raw,format=F32LE,layout=interleaved,rate=44100,channels=2")
        var (rest, count) = (Duration.seconds(150), 0)
        while rest > .zero {
            let (bytes, left) = converter.silence(rest)
            #expect(bytes.count <= 60 * 32000 && bytes.array.allSatisfy { $0 == 0 })
            (rest, count) = (left, count + bytes.count)
        }
        #expect(count + converter.drain().count == 150 * 32000)
    }

    @Test(arguments: [
        "audio/mpeg,mpegversion=1", "audio/x-raw,rate=[1,2]", "video/x-raw", "", "audio/x-raw",
        "audio/x-raw,format=S16LE,layout=interleaved,rate=44100,channels=6",
    ])
    func capsThatAreNoRawAudioAreRefusedWithASentence(caps: String) {
        do {
            _ = try AudioConversion(from: caps)
            Issue.record("taken: \(caps)")
        } catch {
            #expect(error.description.contains(caps))
        }
    }
}
