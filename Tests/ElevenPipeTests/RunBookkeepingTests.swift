import ElevenLabsElements
import GLib
import GStreamer
import Synchronization
import Testing

@testable import ElevenPipe

@Suite struct RunBookkeepingTests {
    private static func plan() throws -> GraphPlan {
        try ElevenLabsElements.register()
        let text = """
            elevenpipe: 1
            graph:
              a: [audiotestsrc, elevenlabsvoicechanger: {name: changer, voice-id: v}, fakesink]
            """
        return try Graph(yaml: text, fileName: "f").checked().plan
    }

    private static func message(
        _ name: String, _ fields: [String: BusEvent.Field], piece: Int? = nil
    ) -> BusEvent {
        var fields = fields
        fields["piece"] = piece.map { .integer(Int64($0)) }
        return .element(source: "changer", name: name, fields: fields)
    }

    @Test(arguments: [nil, 2])
    func everyEventOfARequestTellsItsPiece(piece: Int?) throws {
        var book = RunBookkeeping(plan: try Self.plan(), started: .zero)
        let answered = book.note(Self.message(StreamMessage.response, [:], piece: piece))
        #expect(answered == [.answered(element: "changer", ServiceAnswer(), piece: piece)])
        let retrying = book.note(
            Self.message(
                StreamMessage.retry, ["attempt": .integer(1), "delay": .double(1), "reason": .string("busy")],
                piece: piece))
        #expect(
            retrying == [.retrying(element: "changer", attempt: 1, delay: .seconds(1), reason: "busy", piece: piece)])
        let first = book.note(
            Self.message(StreamMessage.firstByte, ["time-to-first-byte": .double(1)], piece: piece))
        #expect(first == [.firstByte(element: "changer", timeToFirstByte: .seconds(1), piece: piece)])
        let received = book.note(Self.message(StreamMessage.end, ["bytes": .integer(7)], piece: piece))
        #expect(received == [.received(element: "changer", bytes: 7, piece: piece)])
    }

    @Test(arguments: [
        (ended: [], total: 300, bytes: [300, 0, 0]), (ended: [400], total: 450, bytes: [400, 50, 0]),
        (ended: [400, 200], total: 600, bytes: [400, 200, 0]),
        (ended: [400, 200, 1], total: 601, bytes: [400, 200, 1]),
    ])
    func whatAStoppedRunReceivedIsToldByPiece(ended: [Int], total: Int, bytes: [Int]) throws {
        var book = RunBookkeeping(plan: try Self.plan(), started: .zero)
        for piece in 1...3 {
            _ = book.note(Self.message(StreamMessage.request, ["attempt": .integer(1)], piece: piece))
        }
        for (index, count) in ended.enumerated() {
            _ = book.note(Self.message(StreamMessage.end, ["bytes": .integer(Int64(count))], piece: index + 1))
        }
        let summary = try book.result(
            .ended(.stopped, unfinished: []), received: ["changer": total], audioLength: nil
        ).get()
        #expect(summary.requests.map(\.piece) == [1, 2, 3])
        #expect(summary.requests.map(\.bytes) == bytes)
    }

    @Test func aPadThatCannotBeLinkedIsToldWithTheReason() async throws {
        let pipeline = try Element.parse(
            launch: "audiotestsrc num-buffers=5 ! decodebin name=source fakesrc num-buffers=1 ! fakesink name=taken")
        let told = Mutex<String?>(nil)
        let bus = Bus(of: pipeline) { event in
            if case .error(let report) = event, report.domain == LateLink.errorDomain {
                told.withLock { $0 = report.message }
            }
        }
        let source = try #require(pipeline.child(named: "source"))
        let sink = try #require(pipeline.child(named: "taken"))
        let link = GraphPlan.LinkPlan(
            from: "source", to: "taken", kind: .sometimes, decideConverters: false, location: .code)
        LateLink(link, to: sink, sink.pad(named: "sink"), in: pipeline, tap: AudioTap { _ in }).attach(to: source)
        pipeline.setState(.playing)
        for _ in 0..<1000 where told.withLock({ $0 == nil }) { try await Task.sleep(for: .milliseconds(10)) }
        pipeline.setState(.null)
        bus.close()
        let message = try #require(told.withLock { $0 })
        #expect(message.contains("src_0, which cannot be linked (was linked)") && !message.contains("no stream"))
    }
}
