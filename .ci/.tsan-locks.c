// ThreadSanitizer sees the locks of what it instrumented. Swift's Mutex does its waiting in its library, and GLib's locks,
// which GStreamer uses, are all in a library: without this file whatever they guard is told as a race. Preloaded, it says to
// ThreadSanitizer what each of them does. It hides no race of data that no lock guards.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

static void acquired(void *lock) { if (__tsan_acquire) __tsan_acquire(lock); }
static void releasing(void *lock) { if (__tsan_release) __tsan_release(lock); }

// The function of this name in the library itself.
#define REAL(function, name) \
    static __typeof__(&function) real; \
    if (!real) real = (__typeof__(&function))dlsym(RTLD_NEXT, name)

// A lock that is taken (returning nothing or whether it was), one that is given up, and a condition, which does both.
#define LOCK(f) void f(void *lock) { REAL(f, #f); real(lock); acquired(lock); }
#define TRY(f) int f(void *lock) { REAL(f, #f); int r = real(lock); if (r) acquired(lock); return r; }
#define UNLOCK(f) void f(void *lock) { REAL(f, #f); releasing(lock); real(lock); }

LOCK(g_mutex_lock) TRY(g_mutex_trylock) UNLOCK(g_mutex_unlock)
LOCK(g_rec_mutex_lock) TRY(g_rec_mutex_trylock) UNLOCK(g_rec_mutex_unlock)
LOCK(g_rw_lock_writer_lock) TRY(g_rw_lock_writer_trylock) UNLOCK(g_rw_lock_writer_unlock)
LOCK(g_rw_lock_reader_lock) TRY(g_rw_lock_reader_trylock) UNLOCK(g_rw_lock_reader_unlock)

void g_cond_wait(void *condition, void *lock) {
    REAL(g_cond_wait, "g_cond_wait");
    releasing(lock);
    real(condition, lock);
    acquired(lock);
}

int g_cond_wait_until(void *condition, void *lock, int64_t end) {
    REAL(g_cond_wait_until, "g_cond_wait_until");
    releasing(lock);
    int signalled = real(condition, lock, end);
    acquired(lock);
    return signalled;
}

// Swift's Mutex: the ways that do not wait are compiled into the caller and seen.
#define SELF __attribute__((swift_context)) void *self
#define SWIFT __attribute__((swiftcall))

SWIFT void lock_slow(uint32_t, SELF) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT void lock_slow(uint32_t thread, SELF) {
    REAL(lock_slow, "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
    real(thread, self);
    acquired(self);
}

SWIFT void unlock_slow(SELF) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
SWIFT void unlock_slow(SELF) {
    REAL(unlock_slow, "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
    releasing(self);
    real(self);
}

SWIFT _Bool try_lock_slow(SELF) __asm__("$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
SWIFT _Bool try_lock_slow(SELF) {
    REAL(try_lock_slow, "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF");
    _Bool taken = real(self);
    if (taken) acquired(self);
    return taken;
}
