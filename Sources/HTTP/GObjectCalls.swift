internal import CSoup
internal import GLib

/// Makes an object from its construct properties: the variadic constructors do not import into Swift.
func newObject(_ type: GType, _ properties: [(name: StaticString, value: Value)]) -> ObjectReference? {
    var names: [UnsafePointer<CChar>?] = properties.map {
        UnsafeRawPointer($0.name.utf8Start).assumingMemoryBound(to: CChar.self)
    }
    let values = properties.map(\.value.pointee)
    return withExtendedLifetime(properties) {
        g_object_new_with_properties(type, guint(values.count), &names, values).map { ObjectReference(adopting: $0) }
    }
}

extension Value {
    fileprivate var pointee: GValue { pointer.pointee }
}

/// Whether an object is of a class: `G_TYPE_CHECK_INSTANCE_TYPE` is a macro.
func isInstance(_ object: UnsafeMutableRawPointer?, of type: GType) -> Bool {
    object.map { g_type_check_instance_is_a($0.assumingMemoryBound(to: GTypeInstance.self), type) != 0 } ?? false
}

/// Copies a C string that GLib allocated, and frees it.
func takeString(_ pointer: UnsafeMutablePointer<CChar>?) -> String? {
    guard let pointer else { return nil }
    defer { g_free(pointer) }
    return String(cString: pointer)
}

/// Waits for a readiness source of a stream: resumed once, when it fires, also when its cancellable is cancelled.
/// - Parameter source: taken over (transfer full).
func waitOnce(
    for source: UnsafeMutablePointer<GSource>?, context: OpaquePointer, isolation: isolated (any Actor)? = #isolation
) async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        let fired: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> gboolean = { _, userData in
            // The source goes with this one call, and its box with it: nothing can resume a second time.
            CallbackBox<CheckedContinuation<Void, Never>>.payload(at: userData)?.resume()
            return 0
        }
        let box = CallbackBox(continuation)
        g_source_set_callback(source, unsafeBitCast(fired, to: GSourceFunc.self), box.retained(), releaseCallbackBox)
        g_source_attach(source, context)
        g_source_unref(source)
    }
}

extension HTTPHeaders {
    /// A copy of what libsoup parsed.
    init(copying headers: OpaquePointer?) {
        self.init()
        guard let headers else { return }
        var iterator = SoupMessageHeadersIter()
        soup_message_headers_iter_init(&iterator, headers)
        var name: UnsafePointer<CChar>?
        var value: UnsafePointer<CChar>?
        while soup_message_headers_iter_next(&iterator, &name, &value) != 0 {
            guard let name, let value else { continue }
            append(String(cString: name), String(cString: value))
        }
    }
}
