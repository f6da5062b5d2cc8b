import Foundation

#if canImport(Glibc)
    /// glibc's types are structs.
    private typealias FileActions = posix_spawn_file_actions_t
    private typealias Attributes = posix_spawnattr_t
#else
    private typealias FileActions = posix_spawn_file_actions_t?
    private typealias Attributes = posix_spawnattr_t?
#endif

/// Starts a process with signals as at a login: whatever the tests' own process ignores or blocks.
struct Spawn: ~Copyable {
    private var actions: FileActions
    private var attributes: Attributes
    private let directory: String

    /// - Parameter directory: where it runs.
    init(directory: String) throws {
        #if canImport(Glibc)
            (actions, attributes) = (FileActions(), Attributes())
        #else
            (actions, attributes) = (nil, nil)
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        self.directory = directory
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    deinit {
        var (actions, attributes) = (actions, attributes)
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }

    mutating func open(_ path: String, _ flags: Int32, as descriptor: Int32) {
        posix_spawn_file_actions_addopen(&actions, descriptor, path, flags, 0o644)
    }

    mutating func duplicate(_ source: Int32, to descriptor: Int32) {
        posix_spawn_file_actions_adddup2(&actions, source, descriptor)
    }

    /// - Returns: the process's id.
    mutating func run(_ arguments: [String], environment: [String: String]) throws -> pid_t {
        // By a shell, since glibc shows addchdir_np to GNU programs only; it becomes the program, with the same id.
        let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", directory]
        var argv = (shell + arguments).map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, shell[0], &actions, &attributes, &argv, &envp)
        guard code == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL, userInfo: [NSFilePathErrorKey: shell[0]])
        }
        return pid
    }
}
