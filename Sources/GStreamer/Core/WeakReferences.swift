import CGStreamer
import GLib

/// An object that may go while somebody remembers it: a `GWeakRef`.
///
/// Sendable: `GWeakRef` is thread-safe, and its memory is ours alone.
private final class WeakObject: @unchecked Sendable {
    private let storage: UnsafeMutablePointer<GWeakRef>

    init(_ object: ObjectReference) {
        storage = .allocate(capacity: 1)
        storage.initialize(to: GWeakRef())
        g_weak_ref_init(storage, object.pointer)
    }

    deinit {
        g_weak_ref_clear(storage)
        storage.deallocate()
    }

    var object: ObjectReference? { g_weak_ref_get(storage).map { ObjectReference(adopting: $0) } }  // transfer full
}

/// A pad that may go.
package struct WeakPad: Sendable {
    private let weak: WeakObject

    package init(_ pad: Pad) { weak = WeakObject(pad.reference) }

    /// The pad, while it is there.
    package var pad: Pad? { weak.object.map(Pad.init) }
}

/// An element that may go.
package struct WeakElement: Sendable {
    private let weak: WeakObject

    package init(_ element: Element) { weak = WeakObject(element.reference) }

    /// The element, while it is there.
    package var element: Element? { weak.object.map(Element.init) }
}
