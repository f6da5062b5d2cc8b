import ElevenLabsElements
import GStreamer
import Testing

@testable import ElevenPipe

@Suite struct PipelineStateMachineTests {
    typealias Machine = PipelineStateMachine

    private let failure = PipelineError(.pipelineFailed, "made up")

    private static let nothing = PipelineSupply(isPlaying: false, isLive: false, sources: [:], sinks: [:])
    /// An element that has nothing to give, and a sink that has played everything.
    private static let dry = PipelineSupply(
        isPlaying: true, isLive: false, sources: ["s": StreamSupply(received: .seconds(1), queued: .zero)],
        sinks: ["speaker": PipelineSupply.Sink(rest: .zero, sources: ["s"])])

    /// A sink that plays against the clock, before it has anything.
    private static let speaker = PipelineSupply(
        isPlaying: false, isLive: false, sources: [:], sinks: ["speaker": PipelineSupply.Sink(sources: ["s"])])

    private func running(finalised: Set<String> = ["file"], supply: PipelineSupply = nothing) -> Machine {
        var machine = Machine()
        _ = machine.handle(.start)
        _ = machine.handle(.prepared(finalised: finalised, supply: supply))
        return machine
    }

    @Test func aRunThatGoesWellPreparesPlaysAndEnds() {
        var machine = Machine()
        #expect(machine.handle(.start) == [.prepare])
        #expect(machine.handle(.prepared(finalised: ["file"], supply: Self.nothing)) == [.play])
        #expect(machine.handle(.sinkEnded("file")) == [])
        #expect(machine.handle(.endOfStream) == [.tearDown])
        #expect(machine.handle(.tornDown) == [.finish(.completed)])
    }

    @Test func aFileThatCannotBeClosedIsNoSuccess() {
        var machine = running()
        _ = machine.handle(.endOfStream)
        #expect(machine.handle(.failure(failure)) == [])
        #expect(machine.handle(.tornDown) == [.finish(.ended(.failed(failure), unfinished: ["file"]))])
    }

    @Test func stoppingWaitsForTheFilesAndForNothingElse() {
        var machine = running(finalised: ["file", "other"])
        #expect(machine.handle(.stop) == [.startDeadline(), .endSources(dropping: true)])
        #expect(machine.handle(.sinkEnded("speaker")) == [])
        #expect(machine.handle(.sinkEnded("file")) == [])
        #expect(machine.handle(.sinkEnded("other")) == [.tearDown])
        #expect(machine.handle(.tornDown) == [.finish(.ended(.stopped, unfinished: []))])
    }

    @Test func aDeadlineEndsARunInOrderAsItsFirstFailureDoes() {
        let overdue = PipelineError(.deadlineExceeded, "too long")
        var machine = running()
        #expect(machine.handle(.overdue(overdue)) == [.startDeadline(), .endSources(dropping: false)])
        #expect(machine.handle(.failure(failure)) == [])
        #expect(machine.handle(.sinkEnded("file")) == [.tearDown])
        #expect(machine.handle(.tornDown) == [.finish(.ended(.failed(overdue), unfinished: []))])
        // Before anything plays, and while the clock waits for the network.
        var preparing = Machine()
        _ = preparing.handle(.start)
        #expect(preparing.handle(.overdue(overdue)) == [.tearDown])
        #expect(preparing.handle(.tornDown) == [.finish(.ended(.failed(overdue), unfinished: []))])
        var starved = running(finalised: [])
        _ = starved.handle(.supply(Self.dry))
        #expect(starved.handle(.overdue(overdue)) == [.tearDown])
    }

    @Test func aDeadlineChangesNothingOfAnEndThatHasBegun() {
        let overdue = PipelineError(.deadlineExceeded, "too long")
        var stopping = running()
        _ = stopping.handle(.stop)
        #expect(stopping.handle(.overdue(overdue)) == [])
        _ = stopping.handle(.sinkEnded("file"))
        #expect(stopping.handle(.tornDown) == [.finish(.ended(.stopped, unfinished: []))])
        var completed = running()
        _ = completed.handle(.endOfStream)
        #expect(completed.handle(.overdue(overdue)) == [])
        #expect(completed.handle(.tornDown) == [.finish(.completed)])
        #expect(completed.handle(.overdue(overdue)) == [])
    }

    @Test func withoutFilesStoppingIsAtOnce() {
        var machine = running(finalised: [])
        #expect(machine.handle(.stop) == [.tearDown])
    }

    @Test func aFileThatEndedBeforeIsNotWaitedFor() {
        var machine = running(finalised: ["file"])
        _ = machine.handle(.sinkEnded("file"))
        #expect(machine.handle(.stop) == [.tearDown])
    }

    @Test func afterTheDeadlineWhatIsNotFinalisedIsNamed() {
        var machine = running(finalised: ["file", "other"])
        _ = machine.handle(.stop)
        _ = machine.handle(.sinkEnded("file"))
        #expect(machine.handle(.deadline) == [.tearDown])
        #expect(machine.handle(.tornDown) == [.finish(.ended(.stopped, unfinished: ["other"]))])
    }

    @Test func aSecondStopIsAtOnce() {
        var machine = running()
        _ = machine.handle(.stop)
        #expect(machine.handle(.stop) == [.tearDown])
    }

    @Test func anErrorLetsTheFilesHaveWhatArrived() {
        var machine = running()
        #expect(machine.handle(.failure(failure)) == [.startDeadline(), .endSources(dropping: false)])
        #expect(machine.handle(.endOfStream) == [.tearDown])
        #expect(machine.handle(.tornDown) == [.finish(.ended(.failed(failure), unfinished: []))])
    }

    @Test func whatCameOfACutAnswerIsHeardBeforeTheEnd() {
        let cut = PipelineError(.incompleteAnswer, "cut")
        let actions: [Machine.Action] = [
            .startDeadline(isHeard: true), .endSources(dropping: false, isHeard: true),
        ]
        var machine = running(supply: Self.speaker)
        #expect(machine.handle(.failure(cut)) == actions)
        #expect(machine.handle(.sinkEnded("file")) == [])
        #expect(machine.handle(.sinkEnded("speaker")) == [.tearDown])
        #expect(machine.handle(.tornDown) == [.finish(.ended(.failed(cut), unfinished: []))])
        // Not for longer than it may take, not by a speaker that is gone, and not where nothing came.
        var late = running(finalised: [], supply: Self.speaker)
        #expect(late.handle(.failure(cut)) == actions)
        #expect(late.handle(.deadline) == [.tearDown])
        var gone = running(supply: Self.speaker)
        #expect(gone.handle(.failure(cut)) == actions)
        #expect(gone.handle(.failure(cut)) == [])
        #expect(gone.handle(.failure(PipelineError(.pipelineFailed, "a decoder's"))) == [])
        #expect(gone.handle(.failure(PipelineError(.outputFailed, "gone"))) == [.tearDown])
        var empty = running(supply: Self.speaker)
        empty.noteEmptiness()
        #expect(empty.handle(.failure(cut)) == [.tearDown])
    }

    @Test func whatFollowsFromAnErrorIsNotTold() {
        var machine = running()
        _ = machine.handle(.failure(failure))
        #expect(machine.handle(.failure(PipelineError(.internalFault, "a consequence"))) == [])
        _ = machine.handle(.deadline)
        #expect(machine.handle(.tornDown) == [.finish(.ended(.failed(failure), unfinished: ["file"]))])
    }

    @Test func errorsThatTheEndItselfCausesAreNotTold() {
        var machine = running()
        _ = machine.handle(.stop)
        _ = machine.handle(.failure(failure))
        _ = machine.handle(.endOfStream)
        #expect(machine.handle(.tornDown) == [.finish(.ended(.stopped, unfinished: []))])
    }

    @Test func whatFailsBeforeReadyAsksForNothing() {
        var machine = Machine()
        _ = machine.handle(.start)
        #expect(machine.handle(.failure(failure)) == [.tearDown])
        #expect(machine.handle(.prepared(finalised: [], supply: Self.nothing)) == [])
    }

    @Test func stoppingBeforeAnythingRunsEndsAtOnce() {
        var idle = Machine()
        #expect(idle.handle(.stop) == [.tearDown])
        var preparing = Machine()
        _ = preparing.handle(.start)
        #expect(preparing.handle(.stop) == [.tearDown])
        #expect(preparing.handle(.prepared(finalised: ["file"], supply: Self.nothing)) == [])
        #expect(preparing.handle(.tornDown) == [.finish(.ended(.stopped, unfinished: []))])
    }

    @Test func aPipelineThatDoesNotCloseIsLeftBehindAndNoSuccess() {
        var machine = running()
        _ = machine.handle(.endOfStream)
        #expect(machine.handle(.deadline) == [])
        guard case .finish(.ended(.failed(let error), let unfinished))? = machine.handle(.abandon).first else {
            Issue.record("not finished as a failure but \(machine.state)")
            return
        }
        #expect(error.code == .outputFailed && unfinished == ["file"])
    }

    @Test func aStoppedPipelineThatDoesNotCloseIsStoppedAllTheSame() {
        var machine = running(finalised: [])
        _ = machine.handle(.stop)
        #expect(machine.handle(.abandon) == [.finish(.ended(.stopped, unfinished: []))])
    }

    /// Whatever comes in whatever order, a stop leads to a finish in a bounded number of steps.
    @Test(arguments: 0..<200)
    func everyOrderOfInputsEnds(seed: Int) {
        var random = Seeded(seed: UInt64(seed))
        let inputs: [Machine.Input] = [
            .start, .prepared(finalised: ["a", "b"], supply: Self.nothing), .failure(failure), .endOfStream,
            .sinkEnded("a"), .sinkEnded("b"),
            .latencyChanged, .clockLost, .rendering, .supply(Self.dry), .supply(Self.nothing), .pause, .resume, .stop,
            .deadline,
        ]
        var machine = Machine()
        for _ in 0..<20 { _ = machine.handle(inputs[Int.random(in: 0..<inputs.count, using: &random)]) }
        for input in [Machine.Input.stop, .stop, .deadline, .tornDown] { _ = machine.handle(input) }
        guard case .finished = machine.state else {
            Issue.record("not finished but \(machine.state)")
            return
        }
        #expect(machine.handle(.stop).isEmpty)
    }
}
