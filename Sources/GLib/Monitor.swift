#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A state behind a lock, with a way to wait for its changes, which Swift's `Mutex` has not. Of pthreads and not of GLib,
/// whose locks the thread sanitizer does not see.
///
/// Waiting blocks the thread: not in a task.
///
/// Sendable: the state is touched under the lock alone.
package final class Monitor<State: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var state: State

    package init(_ state: State) {
        self.state = state
        mutex.initialize(to: pthread_mutex_t())
        change.initialize(to: pthread_cond_t())
        pthread_mutex_init(mutex, nil)
        #if canImport(Glibc)
            // Steps of the wall clock are nothing to it.
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(change, &attributes)
            pthread_condattr_destroy(&attributes)
        #else
            pthread_cond_init(change, nil)
        #endif
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(change)
        mutex.deallocate()
        change.deallocate()
    }

    /// Looks at the state or changes it, and wakes everyone who waits.
    package func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(change)
            pthread_mutex_unlock(mutex)
        }
        return try body(&state)
    }

    /// Waits until the body gives something; it is asked at once and after every change. It may change the state when it gives
    /// something, which wakes the others who wait.
    package func wait<Result: ~Copyable>(until body: (inout State) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(change)
            pthread_mutex_unlock(mutex)
        }
        while true {
            if let result = body(&state) { return result }
            pthread_cond_wait(change, mutex)
        }
    }

    /// Waits until the body gives something; it is asked at once, after every change, and when the time is over that it set
    /// when it was asked last.
    package func wait<Result: ~Copyable>(until body: (inout State, _ limit: inout Duration?) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(change)
            pthread_mutex_unlock(mutex)
        }
        while true {
            var limit: Duration?
            if let result = body(&state, &limit) { return result }
            if let limit { wait(atMost: limit) } else { pthread_cond_wait(change, mutex) }
        }
    }

    private func wait(atMost limit: Duration) {
        #if canImport(Glibc)
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            let end = Duration.seconds(now.tv_sec) + .nanoseconds(now.tv_nsec) + limit
        #else
            let end = limit
        #endif
        let (seconds, attoseconds) = end.components
        var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        #if canImport(Glibc)
            pthread_cond_timedwait(change, mutex, &time)
        #else
            pthread_cond_timedwait_relative_np(change, mutex, &time)
        #endif
    }
}
