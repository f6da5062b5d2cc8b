import Foundation
import Testing

/// What the graphs send to others, as those receive it.
@Suite(.inTurns) struct `On the network` {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let text = "This is a test of elevenpipe. You are connected with the next free line."

    /// Every packet is there, in order, and each says when it is to be played.
    private func expectNoGap(_ packets: [RTPPacket], step: UInt32) {
        for (before, after) in zip(packets, packets.dropFirst()) {
            #expect(after.sequence == before.sequence &+ 1)
            #expect(after.timestamp == before.timestamp &+ step, "behind packet \(before.sequence)")
        }
    }

    @Test func `a telephone gets the service's own bytes, 20 ms a packet`() async throws {
        let socket = try Datagrams()
        let finished = try await scratch.elevenpipe(
            [
                "run", "--offline", Project.pipeline("telephony.yaml"), "--set", "port=\(socket.port)", "--set",
                "text=\(Self.text)",
            ])
        #expect(finished.status == 0, "\(finished.errorText)")
        let spoken = try await scratch.speech(Self.text, "ulaw_8000", model: "eleven_flash_v2_5")
        let packets = try socket.packets()
        #expect(packets.count >= spoken.count / 160 && packets.count <= spoken.count / 160 + 1)
        #expect(packets.allSatisfy { $0.payloadType == 0 })
        #expect(packets.dropLast().allSatisfy { $0.payload.count == 160 })
        expectNoGap(packets, step: 160)
        let received = packets.flatMap(\.payload)
        let isSame = received == spoken
        #expect(isSame, "\(received.count) bytes of \(spoken.count)")
    }

    @Test func `one speech is kept without loss and sent as Opus`() async throws {
        let socket = try Datagrams()
        let finished = try await scratch.elevenpipe(
            [
                "run", "--offline", Project.pipeline("speaker-file-network.yaml"), "--set", "port=\(socket.port)",
                "--set",
                "text=\(Self.text)",
            ])
        #expect(finished.status == 0, "\(finished.errorText)")
        let spoken = try await scratch.speak(Self.text)
        let isSame = try await scratch.decode("speech.flac").samples == spoken.samples
        #expect(isSame)

        let packets = try socket.packets()
        #expect(
            abs(Double(packets.count) * 0.02 - spoken.length) < 0.06, "\(packets.count) packets, \(spoken.length) s")
        #expect(packets.allSatisfy { $0.payloadType == 96 })
        // Opus begins with samples that are not heard, so the first packet lasts less than 20 ms.
        #expect(packets[1].sequence == packets[0].sequence &+ 1)
        expectNoGap(Array(packets.dropFirst()), step: 960)
        // RFC 4571: each packet behind its length.
        try scratch.write(
            packets.flatMap { [UInt8($0.bytes.count >> 8), UInt8($0.bytes.count & 255)] + $0.bytes }, to: "packets")
        try await scratch.tool(
            "gst-launch-1.0",
            [
                "-q", "filesrc", "location=\(scratch.path("packets"))", "!",
                "application/x-rtp-stream,media=audio,clock-rate=48000,encoding-name=OPUS,payload=96", "!",
                "rtpstreamdepay", "!",
                "rtpopusdepay", "!", "opusdec", "!", "audioconvert", "!", "wavenc", "!", "filesink",
                "location=\(scratch.path("opus.wav"))",
            ])
        let heard = try await scratch.decode("opus.wav")
        #expect(abs(heard.length - spoken.length) < 0.06, "\(heard.length) s")
        #expect(heard.likeness(at: 4000, to: spoken) > 0.8)
    }

    @Test func `a browser gets segments and a playlist that is complete`() async throws {
        try FileManager.default.createDirectory(atPath: scratch.path("web"), withIntermediateDirectories: true)
        let finished = try await scratch.elevenpipe(
            ["run", "--offline", Project.pipeline("hls.yaml"), "--set", "folder=\(scratch.path("web"))"])
        #expect(finished.status == 0, "\(finished.errorText)")
        let list = String(decoding: try scratch.bytes("web/speech.m3u8"), as: UTF8.self)
        let lines = list.split(separator: "\n")
        #expect(lines.last == "#EXT-X-ENDLIST", "\(list)")
        let lengths = lines.compactMap { $0.firstMatch(of: /#EXTINF:([0-9.]+)/).flatMap { Double($0.1) } }
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path("web")).filter {
            $0.hasSuffix(".ts")
        }
        #expect(lengths.count >= 3 && lengths.count == files.count, "\(list)")
        #expect(lengths.allSatisfy { $0 < 2.5 }, "\(list)")
        let spoken = try await scratch.spoken(by: "hls.yaml")
        #expect(abs(lengths.reduce(0, +) - spoken.length) < 0.1, "\(list), \(spoken.length) s")
        let probe = try await scratch.probe("web/speech.m3u8")
        #expect(abs(probe.length - spoken.length) < 0.1, "\(probe.length) s, \(spoken.length) s")
        let heard = try await scratch.decode("web/speech.m3u8")
        #expect(heard.likeness(at: 4000, to: spoken) > 0.8)
    }

    @Test func `a listener hears the radio`() async throws {
        let radio = try await Icecast(in: scratch)
        let child = try scratch.start(
            [
                "run", "--offline", Project.pipeline("icecast.yaml"), "--set", "port=\(radio.port)", "--set",
                "text=\(Self.text)",
            ])
        while child.isRunning, try await radio.status(scratch)?.contains("/speech.ogg") != true {
            try await Task.sleep(for: .milliseconds(20))
        }
        // Icecast hands out what it has from the start, and ends the answer when the source does.
        try await scratch.tool(
            "curl", ["-sS", "--max-time", "40", "-o", scratch.path("heard.ogg"), radio.url + "/speech.ogg"])
        let finished = await child.finish()
        #expect(finished.status == 0, "\(finished.errorText)")
        let probe = try await scratch.probe("heard.ogg")
        #expect(probe.codec == "vorbis" && probe.rate == 44100)
        let (heard, spoken) = (try await scratch.decode("heard.ogg"), try await scratch.speak(Self.text))
        #expect(abs(heard.length - spoken.length) < 0.1, "\(heard.length) s of \(spoken.length) s")
        #expect(heard.likeness(at: 4000, to: spoken) > 0.8)
    }
}
