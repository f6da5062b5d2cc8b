import Synchronization

/// The Swift object behind a pad, without a reference on it: the element owns the pad and, mostly, the object too.
final class HandlerSlot<Handler: Sendable>: Sendable {
    private let find = Mutex<(@Sendable () -> Handler?)?>(nil)

    var handler: Handler? { find.withLock { $0?() } }

    /// - Parameter find: gives the object as long as it is there; it holds a weak reference.
    func set(_ find: @escaping @Sendable () -> Handler?) { self.find.withLock { $0 = find } }
}
