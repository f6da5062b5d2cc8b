import ElevenLabsElements
import GStreamer
import Synchronization
import Testing

/// A tee whose consumers end at different times.
@Suite(.serialized) struct ConsumersTests {
    init() throws { try ElevenLabsElements.register() }

    private static let source = "audiotestsrc num-buffers=200 samplesperbuffer=64 ! audio/x-raw,rate=48000 ! tee name=t"

    /// Each ends a branch after 46 buffers.
    private static let endings = [
        "queue ! identity eos-after=47", "spoolqueue max-memory=1000 ! identity eos-after=47", "identity eos-after=47",
    ]

    private func run(_ branches: [String]) async throws -> (witnesses: [String: Witness.Account], events: [BusEvent]) {
        let line = branches.enumerated().map { "t. ! \($1) ! testwitness name=w\($0)" }.joined(separator: " ")
        return try await Witness.run("\(Self.source) \(line)") { pipeline in
            pipeline.child(named: "t")?.keepEveryConsumer()
        }
    }

    @Test(arguments: endings)
    func oneThatEndsEarlyTakesNothingFromTheOthersAHundredTimes(ending: String) async throws {
        for _ in 0..<100 {
            let (witnesses, events) = try await run([ending, "queue", "spoolqueue max-memory=1000"])
            #expect(witnesses.values.allSatisfy { $0.isEnded })
            #expect(
                witnesses["w0"]?.buffers == 46 && witnesses["w1"]?.buffers == 200 && witnesses["w2"]?.buffers == 200)
            #expect(!events.contains { if case .error = $0 { true } else { false } })
        }
    }

    @Test func whenTheLastOneEndsTheSourceStops() async throws {
        // No plain queue: a writer that waits for room in one may put one more buffer behind the end (1.22).
        let line = """
            audiotestsrc ! audio/x-raw,rate=48000 ! tee name=t t. ! spoolqueue ! identity eos-after=20 ! testwitness name=a \
            t. ! spoolqueue ! identity eos-after=40 ! testwitness name=b t. ! identity eos-after=60 ! testwitness name=c
            """
        for _ in 0..<20 {
            let (witnesses, _) = try await Witness.run(line) { $0.child(named: "t")?.keepEveryConsumer() }
            #expect(witnesses.values.allSatisfy { $0.isEnded })
            #expect(["a", "b", "c"].map { witnesses[$0]?.buffers } == [19, 39, 59])
        }
    }

    @Test(arguments: ["queue", "spoolqueue max-memory=1000", "identity"])
    func anErrorInOneStillComesThrough(queue: String) async throws {
        let (_, events) = try await run([
            "\(queue) ! identity error-after=46", "queue ! identity eos-after=10", "queue",
        ])
        #expect(events.contains { if case .error = $0 { true } else { false } })
    }

    @Test(arguments: [false, true])
    func thePipelineEndsOnlyWhenAllHaveEnded(playing: Bool) async throws {
        for _ in 0..<20 {
            let pipeline = try Element.parse(
                launch: """
                    \(Self.source) t. ! queue ! identity eos-after=47 ! fakesink name=s0 sync=\(playing) \
                    t. ! queue ! fakesink name=s1 sync=\(playing) t. ! spoolqueue ! fakesink name=s2
                    """)
            pipeline.child(named: "t")?.keepEveryConsumer()
            let counts = Mutex([0, 0, 0])
            for index in 0..<3 {
                pipeline.child(named: "s\(index)")?.pad(named: "sink")?.probeBuffers { _ in
                    counts.withLock { $0[index] += 1 }
                    return .keep
                }
            }
            // At the first: a bin tells of one end twice where two threads see its last sinks end at once (1.22).
            let countsAtTheEnd = Mutex<[Int]?>(nil)
            let bus = Bus(of: pipeline) {
                guard case .endOfStream = $0 else { return }
                let now = counts.withLock { $0 }
                countsAtTheEnd.withLock { $0 = $0 ?? now }
            }
            await onThread { pipeline.setState(.playing) }
            for _ in 0..<1000 where countsAtTheEnd.withLock({ $0 == nil }) {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(countsAtTheEnd.withLock { $0 } == [46, 200, 200])
            await onThread { pipeline.setState(.null) }
            bus.close()
        }
    }

    @Test func listsOfBuffersGoToEveryoneToo() async throws {
        let (witnesses, _) = try await Witness.run(
            """
            audiotestsrc num-buffers=20 ! audio/x-raw,rate=8000,format=S16BE ! rtpL16pay buffer-list=true mtu=212 \
            ! tee name=t t. ! identity eos-after=30 ! testwitness name=a t. ! queue ! testwitness name=b \
            t. ! testwitness name=c
            """
        ) { $0.child(named: "t")?.keepEveryConsumer() }
        #expect(witnesses["a"]?.buffers == 29)
        #expect((witnesses["b"]?.buffers ?? 0) > 100 && witnesses["b"]?.buffers == witnesses["c"]?.buffers)
    }
}

extension Element {
    /// Has all consumers of a tee followed.
    fileprivate func keepEveryConsumer() {
        let consumers = Consumers()
        for pad in pads(.source) { consumers.add(pad) }
    }
}
