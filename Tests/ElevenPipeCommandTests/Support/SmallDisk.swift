import Foundation
import Testing

/// A disk of a few kilobytes: a real one, in memory, that only the program run on it sees, and gone with it.
enum SmallDisk {
    /// How this user may mount something: as root, or as root of a namespace; nil where neither is allowed.
    private static let entry = Task<[String]?, Never> {
        guard let scratch = try? Scratch() else { return nil }
        for options in [["-m"], ["-rm"]] {
            let trial = ["unshare"] + options + ["mount", "-t", "tmpfs", "tmpfs", scratch.path]
            let finished = try? await scratch.tool(trial[0], Array(trial.dropFirst()), mayFail: true)
            if finished?.status == 0 { return ["unshare"] + options }
        }
        return nil
    }

    static var isPossible: Bool { get async { await entry.value != nil } }

    /// Runs `elevenpipe` where the folder `disk` is such a disk. What is on it in the end is kept in the folder `kept`.
    /// - Parameters: mount options, as in `size=64k`; and then, as in `remount,ro`.
    static func elevenpipe(
        _ arguments: [String], in scratch: Scratch, mount: String = "size=64k", remount: String = "rw",
        environment: [String: String] = [:], fill: Int = 0
    ) async throws -> Child.Finished {
        let entry = try #require(await entry.value)
        try FileManager.default.createDirectory(atPath: scratch.path("disk"), withIntermediateDirectories: true)
        let script = """
            mount -t tmpfs -o \(mount) tmpfs disk && mkdir disk/folder && head -c \(fill) /dev/zero >disk/before &&
            mount -o remount,\(remount) disk || exit 99
            "$0" "$@"
            code=$?
            rm -rf kept && cp -r disk kept && exit $code
            """
        return try await scratch.start(
            "/usr/bin/env", entry + ["sh", "-c", script, Project.program] + arguments, environment: environment,
            limit: 90
        ).finish()
    }
}

extension Trait where Self == ConditionTrait {
    /// Where a disk can be mounted.
    static var onSmallDisk: Self {
        .enabled("neither root's mount nor a user namespace is allowed here, so there is no small disk to fill") {
            await SmallDisk.isPossible
        }
    }
}

extension Child.Finished {
    /// The one line that is the error, among warnings and lines that name files.
    func theError() throws -> String {
        let errors = lines.filter { $0.contains("error: ") }
        #expect(errors.count == 1, "\(lines)")
        return try #require(errors.first, "no error in \(lines)")
    }
}
