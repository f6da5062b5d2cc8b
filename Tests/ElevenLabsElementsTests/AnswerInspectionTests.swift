import ElevenLabs
import GLib
import Testing

@testable import ElevenLabsElements

/// What the bytes of an answer say of it, however they are cut into chunks.
@Suite struct AnswerInspectionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let format: OutputFormat
        let body: [UInt8]
        /// What the failure says; nil where the answer is in order.
        var flaw: String?
        var doubt: String?
        var seconds: Double?

        init(
            _ name: String, _ format: OutputFormat, _ body: some Sequence<UInt8>, flaw: String? = nil,
            doubt: String? = nil,
            seconds: Double? = nil
        ) {
            (testDescription, self.format, self.body) = (name, format, Array(body))
            (self.flaw, self.doubt, self.seconds) = (flaw, doubt, seconds)
        }
    }

    private static let mp3 = OutputFormat.mp3At44100Hz128k
    private static let frame = mp3.mp3Frame
    private static let frames = mp3.mp3Frames(50)
    private static let ogg = OggPages.opus(packets: 50)
    private static let lastPage = OggPages.page([1], flags: 4, 960, 7)
    /// An ID3v2 tag of 300 bytes, and an ID3v1 tag.
    private static let tag = [UInt8]("ID3".utf8) + [4, 0, 0, 0, 0, 2, 34] + [UInt8](repeating: 0xFF, count: 290)
    private static let lastTag = [UInt8]("TAG".utf8) + [UInt8](repeating: 32, count: 125)
    private static let noise = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) & 63 }
    private static let json = [UInt8](
        #"{"detail":{"status":"error","message":"in place of audio, which does not come"}}"#.utf8)
    private static let page = [UInt8]("<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head></html>".utf8)

    static let whole = OutputFormat.streaming.map {
        Case("whole \($0)", $0, $0.silence(seconds: 2), seconds: 2)
    }

    static let cases: [Case] = [
        Case("MP3 with tags", mp3, tag + frames + lastTag, seconds: 1.306),
        Case("MP3 joined of two files", mp3, tag + frames + tag + frames, seconds: 2.612),
        Case("MP3 behind other bytes", mp3, noise.prefix(900) + frames, doubt: "900 bytes amid"),
        Case("MP3 around other bytes", mp3, frames + noise.prefix(33) + frames, doubt: "33 bytes amid"),
        Case("MP3 without the end of its last frame", mp3, frames.dropLast(), flaw: "middle of an MP3 frame"),
        Case("MP3 with the first byte of a frame", mp3, frames + frame.prefix(1), flaw: "middle of an MP3 frame"),
        Case("MP3 with the head of a frame", mp3, frames + frame.prefix(4), flaw: "middle of an MP3 frame"),
        Case("MP3 cut in a tag", mp3, frames + tag.prefix(100), flaw: "middle of a tag"),
        Case("MP3 that ends in an error", mp3, frames + json, flaw: "that are no MP3"),
        Case("no MP3", mp3, noise, flaw: "is not in the format mp3_44100_128"),
        Case("little that is no MP3", mp3, [1, 2, 3], flaw: "is not in the format"),
        Case("a tag and no MP3", mp3, tag + noise.prefix(10_000), flaw: "is not in the format"),
        Case("Ogg instead of MP3", mp3, ogg, flaw: "is not in the format"),
        Case(
            "Ogg in two streams, one behind the other", .opusAt48000Hz32k, ogg + OggPages.opus(packets: 25, stream: 8),
            seconds: 1.5),
        Case(
            "Ogg without its last page", .opusAt48000Hz32k, OggPages.opus(packets: 50, isEnded: false),
            flaw: "without the last page"),
        Case(
            "Ogg without the last page of the second stream", .opusAt48000Hz32k,
            ogg + OggPages.opus(packets: 5, stream: 8, isEnded: false), flaw: "without the last page"),
        Case("Ogg cut in a page", .opusAt48000Hz32k, ogg.dropLast(), flaw: "middle of an Ogg page"),
        Case("Ogg cut in a page's head", .opusAt48000Hz32k, ogg + lastPage.prefix(20), flaw: "middle of an Ogg page"),
        Case("Ogg cut in a page's table", .opusAt48000Hz32k, ogg + lastPage.prefix(27), flaw: "middle of an Ogg page"),
        Case("Ogg and other bytes", .opusAt48000Hz32k, ogg + json, flaw: "that are no Ogg"),
        Case("no Ogg", .opusAt48000Hz32k, noise, flaw: "is not in the format opus_48000_32"),
        Case("MP3 instead of Ogg", .opusAt48000Hz32k, frames + frames, flaw: "is not in the format"),
        Case("a page of text instead of PCM", .pcmAt16000Hz, page, flaw: "is not in the format"),
        Case("JSON instead of µ-law", .ulawAt8000Hz, json, flaw: "is not in the format"),
        Case("JSON instead of A-law", .alawAt8000Hz, json, flaw: "is not in the format"),
        Case("short JSON instead of PCM", .pcmAt16000Hz, [UInt8](#"{"a":1}"#.utf8), flaw: "is not in the format"),
        Case("PCM of any kind", .pcmAt16000Hz, noise),
        // What printable characters stand for, quiet and with an offset.
        Case("µ-law on one side of zero", .ulawAt8000Hz, (0..<800).map { 0x6C + UInt8($0 % 18) }),
        Case("A-law on one side of zero", .alawAt8000Hz, (0..<800).map { 0x50 + UInt8($0 % 16) }),
    ]

    @Test(arguments: whole + cases, [1, 2, 3, 7, 416, 1021, 65536])
    func theEndTellsWhetherItIsWhole(of test: Case, inChunksOf size: Int) throws {
        var inspection = AnswerInspection(test.format)
        var passed: [UInt8] = []
        var (flaw, doubt): (String?, String?)
        do throws(AnswerInspection.Flaw) {
            for start in stride(from: 0, to: test.body.count, by: size) {
                let bytes = Bytes(test.body[start..<min(start + size, test.body.count)])
                if let bytes = try inspection.take(bytes) { passed += bytes.array }
            }
            doubt = try inspection.finish()
        } catch {
            flaw = error.words
        }
        #expect(test.flaw.map { flaw?.contains($0) == true } ?? (flaw == nil), "\(flaw ?? "no flaw")")
        #expect(test.doubt.map { doubt?.hasPrefix($0) == true } ?? (doubt == nil), "\(doubt ?? "no doubt")")
        // All of it or, where it is none, nothing.
        let isPassed = passed == (flaw?.contains("not in the format") == true ? [] : test.body)
        #expect(isPassed)
        if let seconds = test.seconds { #expect(abs(inspection.duration.seconds - seconds) < 0.03) }
    }

    @Test func nothingIsHeldBackOnceItsHeadIsThere() throws {
        for format in OutputFormat.streaming {
            var inspection = AnswerInspection(format)
            let start = Bytes(format.silence(seconds: 1).prefix(format.container == .ogg ? 47 : 5))
            let passed = try inspection.take(start)
            #expect(passed === start, "\(format)")
        }
    }

    @Test(arguments: [
        ("Yes.", nil), (String(repeating: "Ha! ", count: 14), nil),
        (String(repeating: "word ", count: 30), 1.0), (String(repeating: "... --- ", count: 100), nil),
        (String(repeating: #"Yes. <break time="3s"/> [whispers] "#, count: 19), nil),
        (String(repeating: "0123456789", count: 12), 1.0), (String(repeating: "語", count: 240), 2.0),
    ])
    func aTextTakesItsTime(text: String, seconds: Double?) {
        #expect(LeastDuration.speaking(text)?.seconds == seconds)
    }

    @Test func anUploadTakesItsTime() {
        #expect(LeastDuration.answering(nil) == nil)
        #expect(LeastDuration.answering(.seconds(1)) == nil)
        #expect(LeastDuration.answering(.seconds(4)) == .seconds(2))
    }
}
