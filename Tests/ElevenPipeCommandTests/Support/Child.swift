import Foundation
import Synchronization
import Testing

/// A process that a test started. Its output goes to files, and it is killed when its limit is over.
///
/// Not a `Foundation.Process`: that learns of an end through a socket that processes started at the same moment inherit, and
/// so not before they have ended as well.
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

    let pid: pid_t
    private let outputPath: String
    private let errorPath: String
    private let ended: Latch<Int32>
    /// The end of a pipe that closes with this process.
    private let input: FileHandle?

    /// - Parameters: the program's path, its arguments and environment; the folder it runs in; the path before `.out` and
    ///   `.err` of what it writes; the file it reads, else nothing, and with `keepsInput` a pipe that is open until the end;
    ///   seconds until it is killed.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], directory: String, log: String,
        input inputPath: String? = nil, keepsInput: Bool = false, limit: Double
    ) throws {
        (outputPath, errorPath) = (log + ".out", log + ".err")
        let pipe = keepsInput ? Pipe() : nil
        input = pipe?.fileHandleForWriting
        if let input { _ = fcntl(input.fileDescriptor, F_SETFD, FD_CLOEXEC) }
        var spawn = try Spawn(directory: directory)
        if let pipe {
            spawn.duplicate(pipe.fileHandleForReading.fileDescriptor, to: STDIN_FILENO)
        } else {
            spawn.open(inputPath ?? "/dev/null", O_RDONLY, as: STDIN_FILENO)
        }
        for (path, descriptor) in [(outputPath, STDOUT_FILENO), (errorPath, STDERR_FILENO)] {
            spawn.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, as: descriptor)
        }
        pid = try spawn.run([program] + arguments, environment: environment)
        let (pid, ended) = (pid, Latch<Int32>())
        self.ended = ended
        Thread.detachNewThread {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            ended.open(status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F)
        }
        Task {
            for _ in 0..<Int(limit * 10) where !ended.isOpen { try? await Task.sleep(for: .milliseconds(100)) }
            guard !ended.isOpen else { return }
            Issue.record("\(program) \(arguments.joined(separator: " ")) did not end within \(limit) s")
            _ = Foundation.kill(pid, SIGKILL)
        }
    }

    func signal(_ number: Int32) { if !ended.isOpen { _ = Foundation.kill(pid, number) } }

    func kill() { signal(SIGKILL) }

    var isRunning: Bool { !ended.isOpen }

    /// What is on standard error so far.
    var errorText: String { Self.text(errorPath) }

    /// What is on standard output so far.
    var outputText: String { Self.text(outputPath) }

    /// Waits until it has ended.
    func finish() async -> Finished {
        let status = await ended.wait()
        return Finished(
            status: status, output: FileManager.default.contents(atPath: outputPath).map(Array.init) ?? [],
            errorText: Self.text(errorPath))
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}

extension Child.Finished {
    /// The one line that is the error; all others must be retries or name a file.
    func onlyError(files: [String] = []) throws -> String {
        let rest = lines.filter { line in
            !line.contains("; trying again in ")
                && !files.contains {
                    line.hasPrefix($0 + " is ") || line.hasPrefix($0 + ": ") || line.hasPrefix($0 + " was ")
                }
        }
        #expect(rest.count == 1, "\(lines)")
        return try #require(rest.first)
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
