import CGStreamer
import GLib
import Synchronization

/// GStreamer's readers of caps and structures write on standard error what is wrong with a text, and may take it all the same,
/// with a part of it broken. What they write is caught here and makes the text one that cannot be read.
enum Complaints {
    private static let domains = ["GStreamer", "GStreamer-PBUtils", "GLib-GObject", "GLib"]
    /// Handlers are the process's: one reader at a time.
    private static let turn = Mutex(())

    /// Whether the body did what it was to do, and GStreamer did not complain meanwhile.
    static func none(in body: () -> Bool) -> Bool {
        turn.withLock { _ in
            let catcher = Catcher()
            let userData = Unmanaged.passUnretained(catcher).toOpaque()
            let levels = GLogLevelFlags(rawValue: G_LOG_LEVEL_CRITICAL.rawValue | G_LOG_LEVEL_WARNING.rawValue)
            let handlers = domains.map { ($0, g_log_set_handler($0, levels, note, userData)) }
            // G_DEBUG may make them fatal: not these.
            let fatal = g_log_set_always_fatal(GLogLevelFlags(rawValue: G_LOG_LEVEL_ERROR.rawValue))
            defer {
                g_log_set_always_fatal(fatal)
                for (domain, handler) in handlers { g_log_remove_handler(domain, handler) }
            }
            let isDone = withExtendedLifetime(catcher) { body() }
            return isDone && !catcher.hasComplaint
        }
    }

    private final class Catcher {
        let thread = g_thread_self()
        var hasComplaint = false
    }

    /// Other threads' messages go where they would have gone.
    private static let note: GLogFunc = { domain, level, message, userData in
        let catcher = userData.map { Unmanaged<Catcher>.fromOpaque($0).takeUnretainedValue() }
        guard let catcher, catcher.thread == g_thread_self() else {
            return g_log_default_handler(domain, level, message, nil)
        }
        catcher.hasComplaint = true
    }
}
