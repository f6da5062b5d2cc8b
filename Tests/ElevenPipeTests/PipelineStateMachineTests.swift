import GStreamer
import Testing

@testable import ElevenPipe

@Suite struct PipelineStateMachineTests {
    typealias Machine = PipelineStateMachine

    private let failure = PipelineError(.pipelineFailed, "made up")

    private func running(finalised: Set<String> = ["file"]) -> Machine {
        var machine = Machine()
        _ = machine.handle(.start)
        _ = machine.handle(.prepared(finalised: finalised))
        return machine
    }

    @Test func aRunThatGoesWellPreparesPlaysAndEnds() {
        var machine = Machine()
        #expect(machine.handle(.start) == [.prepare])
        #expect(machine.handle(.prepared(finalised: ["file"])) == [.play])
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
        #expect(machine.handle(.stop) == [.startDeadline, .endSources(dropping: true)])
        #expect(machine.handle(.sinkEnded("speaker")) == [])
        #expect(machine.handle(.sinkEnded("file")) == [])
        #expect(machine.handle(.sinkEnded("other")) == [.tearDown])
        #expect(machine.handle(.tornDown) == [.finish(.ended(.stopped, unfinished: []))])
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
        #expect(machine.handle(.failure(failure)) == [.startDeadline, .endSources(dropping: false)])
        #expect(machine.handle(.endOfStream) == [.tearDown])
        #expect(machine.handle(.tornDown) == [.finish(.ended(.failed(failure), unfinished: []))])
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
        #expect(machine.handle(.prepared(finalised: [])) == [])
    }

    @Test func stoppingBeforeAnythingRunsEndsAtOnce() {
        var idle = Machine()
        #expect(idle.handle(.stop) == [.tearDown])
        var preparing = Machine()
        _ = preparing.handle(.start)
        #expect(preparing.handle(.stop) == [.tearDown])
        #expect(preparing.handle(.prepared(finalised: ["file"])) == [])
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
        var random = Generator(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
        let inputs: [Machine.Input] = [
            .start, .prepared(finalised: ["a", "b"]), .failure(failure), .endOfStream, .sinkEnded("a"), .sinkEnded("b"),
            .latencyChanged, .clockLost, .stop, .deadline,
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

    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }
}
