import ElevenLabsElements
import Testing

@testable import ElevenPipe

/// When playback waits for the network: tables of what is seen, and what is done about it.
@Suite struct `Waiting for the network` {
    typealias Machine = PipelineStateMachine

    /// What an element of ours is seen to have.
    private static func source(
        received: Duration = .seconds(2), queued: Duration = .zero, isEnded: Bool = false, isFull: Bool = false
    ) -> StreamSupply {
        StreamSupply(received: received, queued: queued, isEnded: isEnded, isFull: isFull)
    }

    /// One element and one sink, as they are seen where the element is dry and the sink has played everything.
    private static func seen(
        _ source: StreamSupply = source(), rest: Duration? = .zero, isPlaying: Bool = true, isLive: Bool = false
    ) -> PipelineSupply {
        PipelineSupply(
            isPlaying: isPlaying, isLive: isLive, sources: ["a": source],
            sinks: ["speaker": PipelineSupply.Sink(rest: rest, sources: ["a"])])
    }

    private func running(_ settings: PlaybackSettings = PlaybackSettings()) -> Machine {
        var machine = Machine(playback: settings)
        _ = machine.handle(.start)
        _ = machine.handle(.prepared(finalised: [], supply: Self.seen(Self.source(received: .zero), rest: nil)))
        _ = machine.handle(.rendering)
        return machine
    }

    private func starved(_ settings: PlaybackSettings = PlaybackSettings()) -> Machine {
        var machine = running(settings)
        #expect(starve(&machine, Self.seen(), dry: "a"))
        return machine
    }

    /// Whether a machine takes what it sees for a stall of an element, and pauses as soon as all has been heard.
    private func starve(_ machine: inout Machine, _ supply: PipelineSupply, dry element: String) -> Bool {
        var supply = supply
        supply.sinks["speaker"]?.silence = .milliseconds(90)
        guard machine.handle(.supply(supply)) == [.noteStarved(element), .look(after: .milliseconds(90))] else {
            return false
        }
        return machine.handle(.supply(supply)) == [.pause, .look(after: BufferingPolicy.waitingInterval)]
    }

    private func isWaiting(_ machine: Machine) -> Bool { if case .buffering = machine.state { true } else { false } }

    @Test func `nothing is looked at before a sink has something to play, and then one look follows the other`() {
        var machine = Machine()
        _ = machine.handle(.start)
        #expect(machine.handle(.prepared(finalised: [], supply: Self.seen(rest: nil))) == [.play])
        #expect(machine.handle(.rendering) == [.look(after: .zero)])
        #expect(machine.handle(.rendering) == [])
        let actions = machine.handle(.supply(Self.seen(rest: .milliseconds(70))))
        #expect(actions == [.look(after: .milliseconds(70))])
    }

    @Test(arguments: [
        ("bytes to give", seen(source(queued: .milliseconds(1)))),
        ("something left to play", seen(rest: .milliseconds(1))),
        ("come to its end", seen(source(isEnded: true))),
        ("nothing at any sink yet", seen(rest: nil)),
        ("a clock that stands", seen(isPlaying: false)),
        ("a clock that waits for nobody", seen(isLive: true)),
    ])
    func `a pipeline does not starve that has`(what: String, supply: PipelineSupply) {
        var machine = running()
        #expect(!machine.handle(.supply(supply)).contains(.noteStarved("a")), "\(what)")
        #expect(machine.state == .running)
    }

    @Test func `a source that runs dry is no concern of a sink that others feed, or that has ended`() {
        var machine = running()
        var supply = Self.seen(rest: .milliseconds(80))
        supply.sinks["other"] = PipelineSupply.Sink(rest: .zero, sources: [])
        #expect(machine.handle(.supply(supply)) == [.look(after: .milliseconds(80))])
        supply.sinks["other"] = PipelineSupply.Sink(rest: .seconds(-5), sources: ["a"])
        _ = machine.handle(.sinkEnded("other"))
        #expect(machine.handle(.supply(supply)) == [.look(after: .milliseconds(80))])
    }

    @Test func `playback goes on when enough has come since, or when nothing more comes`() {
        let enough: [(StreamSupply, Bool)] = [
            (Self.source(received: .milliseconds(2499)), false), (Self.source(received: .milliseconds(2500)), true),
            (Self.source(received: .milliseconds(2100), isEnded: true), true), (Self.source(isEnded: true), true),
            // A sink that is paused takes no more: what is there must do.
            (Self.source(received: .milliseconds(2400), isFull: true), true),
            // What is queued says nothing: much of it has gone on to a queue behind.
            (Self.source(received: .milliseconds(2600), queued: .zero), true),
        ]
        for (source, isEnough) in enough {
            var machine = starved()
            let actions = machine.handle(.supply(Self.seen(source, isPlaying: false)))
            #expect(actions.starts(with: [.setClockBack, .play, .noteResumed]) == isEnough, "\(source)")
            #expect(isWaiting(machine) != isEnough)
            #expect(actions.contains(.look(after: BufferingPolicy.waitingInterval)) == !source.isEnded)
        }
    }

    @Test(arguments: [
        (nil, [500, 1000, 2000, 4000, 5000, 5000]), (100, [100, 200, 400]), (4000, [4000, 5000]), (7000, [7000, 7000]),
        (0, [0, 0]),
    ])
    func `each stall waits for twice as much, up to five seconds`(rebuffer: Int?, expected: [Int]) {
        var machine = running(PlaybackSettings(rebuffer: rebuffer.map { .milliseconds($0) }))
        var received = Duration.seconds(1)
        for amount in expected {
            #expect(starve(&machine, Self.seen(Self.source(received: received)), dry: "a"))
            let target = received + max(.milliseconds(amount), .nanoseconds(1))
            let short = Self.source(received: target - .nanoseconds(1))
            #expect(!machine.handle(.supply(Self.seen(short, isPlaying: false))).contains(.play))
            #expect(machine.handle(.supply(Self.seen(Self.source(received: target)))).contains(.play))
            received = target
        }
    }

    @Test func `of several that ran dry all must have enough, of those that have not begun none`() {
        var machine = running()
        var supply = Self.seen()
        supply.sources["b"] = Self.source(received: .seconds(3))
        supply.sources["later"] = Self.source(received: .zero)
        supply.sinks["speaker"]?.sources = ["a", "b", "later"]
        #expect(starve(&machine, supply, dry: "a"))
        supply.sources["a"] = Self.source(received: .seconds(9))
        #expect(!machine.handle(.supply(supply)).contains(.play))
        supply.sources["b"] = Self.source(received: .seconds(4))
        #expect(machine.handle(.supply(supply)).contains(.play))
    }

    @Test func `what has not begun is waited for where nothing else is to come`() {
        var machine = running()
        var supply = Self.seen(Self.source(isEnded: true))
        supply.sources["later"] = Self.source(received: .zero)
        supply.sinks["speaker"]?.sources = ["a", "later"]
        #expect(starve(&machine, supply, dry: "later"))
    }

    @Test func `after the last end nobody looks any more`() {
        var machine = running()
        #expect(machine.handle(.supply(Self.seen(Self.source(isEnded: true)))) == [])
    }

    // MARK: Before the first sound

    @Test func `the first sound waits for the prebuffer`() {
        var machine = Machine(playback: PlaybackSettings(prebuffer: .seconds(1)))
        _ = machine.handle(.start)
        let nothing = Self.seen(Self.source(received: .zero), rest: nil, isPlaying: false)
        #expect(machine.handle(.prepared(finalised: [], supply: nothing)) == [.pause, .look(after: .zero)])
        #expect(!machine.handle(.supply(nothing)).contains(.play))
        let much = Self.source(received: .seconds(1))
        // Not before it has come as far as the sink, too.
        #expect(!machine.handle(.supply(Self.seen(much, rest: nil, isPlaying: false))).contains(.play))
        let little = Self.seen(Self.source(received: .milliseconds(999)), isPlaying: false)
        #expect(!machine.handle(.supply(little)).contains(.play))
        let actions = machine.handle(.supply(Self.seen(much, rest: .milliseconds(100), isPlaying: false)))
        #expect(actions.first == .play && !actions.contains(.setClockBack))
    }

    @Test func `a sink that plays only when it is full is filled first`() {
        var machine = Machine()
        _ = machine.handle(.start)
        var supply = Self.seen(Self.source(received: .milliseconds(100)), rest: .milliseconds(90), isPlaying: false)
        supply.sinks["speaker"]?.fill = .milliseconds(200)
        #expect(machine.handle(.prepared(finalised: [], supply: supply)).first == .pause)
        #expect(!machine.handle(.supply(supply)).contains(.play))
        supply.sources["a"]?.received = .milliseconds(200)
        #expect(machine.handle(.supply(supply)).first == .play)
    }

    @Test func `a pipeline that turns out to be live waits for no prebuffer`() {
        var machine = Machine(playback: PlaybackSettings(prebuffer: .seconds(1)))
        _ = machine.handle(.start)
        _ = machine.handle(.prepared(finalised: [], supply: Self.seen(rest: nil)))
        #expect(machine.handle(.supply(Self.seen(rest: nil, isPlaying: false, isLive: true))) == [.play])
    }

    // MARK: Beside other causes

    @Test func `a pause of the user's stays one`() {
        var machine = running()
        #expect(machine.handle(.pause) == [.pause])
        #expect(!machine.handle(.supply(Self.seen(isPlaying: false))).contains(.play))
        #expect(machine.handle(.clockLost) == [])
        #expect(machine.handle(.resume) == [.play])
        #expect(machine.handle(.resume) == [])

        machine = starved()
        #expect(machine.handle(.pause) == [])
        let actions = machine.handle(.supply(Self.seen(Self.source(received: .seconds(9)), isPlaying: false)))
        #expect(actions.contains(.noteResumed) && !actions.contains(.play))
        #expect(machine.handle(.resume) == [.play])

        machine = starved()
        #expect(machine.handle(.pause) == [] && machine.handle(.resume) == [] && isWaiting(machine))

        machine = running()
        _ = machine.handle(.supply(Self.seen()))
        #expect(machine.handle(.pause) == [.pause])
        #expect(machine.handle(.supply(Self.seen())) == [.look(after: BufferingPolicy.waitingInterval)])

        machine = Machine()
        _ = machine.handle(.pause)
        _ = machine.handle(.start)
        #expect(machine.handle(.prepared(finalised: [], supply: Self.seen(rest: nil))) == [.pause])
    }

    @Test func `whatever ends a run ends it while it waits, too`() {
        let failure = PipelineError(.pipelineFailed, "made up")
        let ends: [(Machine.Input, Machine.Outcome)] = [
            (.stop, .ended(.stopped, unfinished: [])), (.failure(failure), .ended(.failed(failure), unfinished: [])),
            (.endOfStream, .completed),
        ]
        for (input, outcome) in ends {
            var machine = starved()
            #expect(machine.handle(input) == [.tearDown])
            #expect(machine.handle(.supply(Self.seen())) == [])
            #expect(machine.handle(.tornDown) == [.finish(outcome)])
        }
        var machine = starved()
        #expect(machine.handle(.latencyChanged) == [.recalculateLatency])
        // A clock that stands is replaced when it goes on.
        #expect(machine.handle(.clockLost) == [])
    }

    @Test(arguments: [
        (
            PipelineSupply.Sink(rest: .milliseconds(80), sources: ["a"]),
            StreamSupply(received: .seconds(2), queued: .zero), 80
        ),
        (
            .init(rest: .milliseconds(80), sources: ["a"]),
            StreamSupply(received: .seconds(2), queued: .milliseconds(40)), 100
        ),
        (
            .init(rest: .milliseconds(-3), sources: ["a"]),
            StreamSupply(received: .seconds(2), queued: .milliseconds(2)), 5
        ),
        (.init(rest: .milliseconds(80), sources: ["a"]), StreamSupply(received: .seconds(9), queued: .seconds(7)), 250),
    ])
    func `the next look is not before what is there can have been played`(
        sink: PipelineSupply.Sink, source: StreamSupply, milliseconds: Int
    ) {
        let supply = PipelineSupply(isPlaying: true, isLive: false, sources: ["a": source], sinks: ["speaker": sink])
        let policy = BufferingPolicy(PlaybackSettings())
        #expect(policy.nextLook(supply, ended: []) == .milliseconds(milliseconds))
    }
}
