import Foundation
import Synchronization
import Testing

/// A process that a test started. Its output goes to files, and it is killed when its limit is over.
final class Child: Sendable {
    /// What a process came to.
    struct Finished: Sendable {
        /// The exit code, or what a shell makes of a signal: 128 and its number.
        let status: Int32
        let output: [UInt8]
        let errorText: String

        var outputText: String { String(decoding: output, as: UTF8.self) }
        /// The lines of standard error.
        var lines: [String] { errorText.split(whereSeparator: \.isNewline).map(String.init) }
    }

    let pid: Int32
    private let process: Process
    private let outputPath: String
    private let errorPath: String
    private let ended: Latch
    private let input: Pipe?

    /// - Parameters: the program's path, its arguments and environment; the folder it runs in; the path before `.out` and
    ///   `.err` of what it writes; the file it reads, else nothing, and with `keepsInput` a pipe that is open until the end;
    ///   seconds until it is killed; what to do when it has ended.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], directory: String, log: String,
        input inputPath: String? = nil, keepsInput: Bool = false, limit: Double,
        onEnd: @escaping @Sendable () -> Void = {}
    ) throws {
        Self.defaultSignals
        (outputPath, errorPath) = (log + ".out", log + ".err")
        process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(filePath: directory)
        for path in [outputPath, errorPath] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: outputPath))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: errorPath))
        input = keepsInput ? Pipe() : nil
        if let input {
            process.standardInput = input
        } else {
            process.standardInput = try inputPath.map { try FileHandle(forReadingFrom: URL(filePath: $0)) } ?? .nullDevice
        }
        let latch = Latch()
        ended = latch
        process.terminationHandler = { _ in
            latch.open()
            onEnd()
        }
        do {
            try process.run()
        } catch {
            onEnd()
            throw error
        }
        pid = process.processIdentifier
        Task { [self] in
            // Not kept alive by its limit for longer than it runs.
            for _ in 0..<Int(limit * 10) where !latch.isOpen { try? await Task.sleep(for: .milliseconds(100)) }
            guard !latch.isOpen else { return }
            Issue.record("\(program) \(arguments.joined(separator: " ")) did not end within \(limit) s")
            kill()
        }
    }

    deinit { kill() }

    /// A test run in the background of a shell ignores Ctrl-C, and what it starts would too.
    private static let defaultSignals: Void = {
        for number in [SIGINT, SIGTERM] { _ = Foundation.signal(number, SIG_DFL) }
    }()

    func signal(_ number: Int32) { if !ended.isOpen { _ = Foundation.kill(pid, number) } }

    func kill() { signal(SIGKILL) }

    var isRunning: Bool { !ended.isOpen }

    /// What is on standard error so far.
    var errorText: String { Self.text(errorPath) }

    /// What is on standard output so far.
    var outputText: String { Self.text(outputPath) }

    /// Waits until it has ended.
    func finish() async -> Finished {
        await ended.wait()
        let code = process.terminationStatus
        return Finished(
            status: process.terminationReason == .uncaughtSignal ? 128 + code : code,
            output: FileManager.default.contents(atPath: outputPath).map(Array.init) ?? [],
            errorText: Self.text(errorPath))
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}

/// Opens once; who waits goes on then.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// How many of our processes run at once: all tests begin together, and a machine has few cores.
final class Slots: Sendable {
    static let shared = Slots(4)

    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func give() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}

/// Waits until something is true; a test that waits in vain fails after half a minute.
func eventually(_ comment: Comment, _ condition: @Sendable () throws -> Bool) async throws {
    for _ in 0..<1500 {
        if try condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record(comment)
}
