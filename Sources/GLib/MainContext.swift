internal import CGLib
import Synchronization

/// A thread that runs a `GMainContext`, as the executor of an actor: an actor's jobs run there as main-loop sources,
/// between the callbacks of GIO and libsoup, so both see the same isolation and no lock is needed between them.
///
/// Sendable: the pointers are set in the initialiser; `g_source_attach` and `g_main_loop_quit` may be called from any thread.
package final class MainContextExecutor: SerialExecutor, @unchecked Sendable {
    package let context: OpaquePointer
    private let loop: OpaquePointer

    /// Starts the thread. - Parameter name: the thread's name, at most 15 bytes on Linux.
    package init(name: String) {
        context = g_main_context_new()
        loop = g_main_loop_new(context, 0)
        g_main_loop_ref(loop)
        let thread = g_thread_new(
            name,
            { data in
                let loop = OpaquePointer(data)
                let context = g_main_loop_get_context(loop)
                g_main_context_push_thread_default(context)
                g_main_loop_run(loop)
                g_main_context_pop_thread_default(context)
                g_main_loop_unref(loop)
                return nil
            },
            UnsafeMutableRawPointer(loop)
        )
        g_thread_unref(thread)
    }

    deinit {
        // From inside: a quit before the thread has reached its loop would be forgotten.
        let source = g_idle_source_new()
        g_source_set_callback(
            source,
            { loop in
                g_main_loop_quit(OpaquePointer(loop))
                return 0
            }, UnsafeMutableRawPointer(g_main_loop_ref(loop)), { loop in g_main_loop_unref(OpaquePointer(loop)) })
        g_source_attach(source, context)
        g_source_unref(source)
        g_main_loop_unref(loop)
        g_main_context_unref(context)
    }

    /// The job holds the executor until it has run: with a job the runtime keeps neither, and it may be the one that lets go of
    /// the actor.
    package func enqueue(_ job: consuming ExecutorJob) {
        let box = CallbackBox((UnownedJob(job), self))
        attach(g_idle_source_new(), priority: Int32(G_PRIORITY_DEFAULT), userData: box.retained()) { userData in
            if let (job, executor) = CallbackBox<(UnownedJob, MainContextExecutor)>.payload(at: userData) {
                job.runSynchronously(on: executor.asUnownedSerialExecutor())
            }
            return 0
        }
    }

    /// Runs a closure once on the context's thread, soon. For callers that cannot await: a `deinit`, a cancellation handler.
    package func perform(_ body: @escaping @Sendable () -> Void) {
        let box = CallbackBox(body)
        attach(g_idle_source_new(), priority: Int32(G_PRIORITY_DEFAULT), userData: box.retained()) { userData in
            CallbackBox<@Sendable () -> Void>.payload(at: userData)?()
            return 0
        }
    }

    /// Runs a closure once on the context's thread, after a delay. Keep the timer to cancel it.
    package func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> MainContextTimer {
        let source = g_timeout_source_new(guint(clamping: Int64((delay / .milliseconds(1)).rounded(.up))))
        let timer = MainContextTimer(source: source)
        attach(source, priority: Int32(G_PRIORITY_DEFAULT), userData: CallbackBox(body).retained()) { userData in
            CallbackBox<@Sendable () -> Void>.payload(at: userData)?()
            return 0
        }
        return timer
    }

    /// Runs a closure on the context's thread whenever the process gets a signal, in place of what the signal does by itself;
    /// none that comes after this call is lost. For the life of the executor.
    package func onSignal(_ number: Int32, _ body: @escaping @Sendable () -> Void) {
        let box = CallbackBox(body)
        attach(g_unix_signal_source_new(number), priority: Int32(G_PRIORITY_HIGH), userData: box.retained()) {
            userData in
            CallbackBox<@Sendable () -> Void>.payload(at: userData)?()
            return 1
        }
    }

    private func attach(
        _ source: UnsafeMutablePointer<GSource>?, priority: Int32, userData: UnsafeMutableRawPointer,
        callback: @escaping GSourceFunc
    ) {
        g_source_set_priority(source, priority)
        g_source_set_callback(source, callback, userData, releaseCallbackBox)
        // Once attached it may run to its end on the other thread, let go of this executor and end the loop, all before this
        // thread goes on; and g_source_unref() looks at the source's context.
        let context = g_main_context_ref(context)
        g_source_attach(source, context)
        g_source_unref(source)
        g_main_context_unref(context)
    }

    package func checkIsolated() {
        precondition(g_main_context_is_owner(context) != 0, "called off its main context's thread")
    }

    package func isIsolatingCurrentContext() -> Bool? { g_main_context_is_owner(context) != 0 }
}

/// A pending timer of a ``MainContextExecutor``; it does not fire once cancelled or released.
///
/// Sendable: `g_source_destroy` may be called from any thread.
package final class MainContextTimer: @unchecked Sendable {
    private let source: UnsafeMutablePointer<GSource>?

    fileprivate init(source: UnsafeMutablePointer<GSource>?) {
        self.source = source
        g_source_ref(source)
    }

    deinit {
        g_source_destroy(source)
        g_source_unref(source)
    }

    package func cancel() { g_source_destroy(source) }
}
