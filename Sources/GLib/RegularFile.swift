import CGLib

/// What is known of regular files without opening them, also behind links.
package enum RegularFile {
    /// The bytes of a file; nil for everything that is no regular file.
    package static func size(at path: String) -> Int? {
        query(path, "standard::size") { Int(g_file_info_get_size($0)) }
    }

    /// Whether there is something at a path that is no regular file: a pipe, a device, a folder.
    package static func isOther(_ path: String) -> Bool {
        g_file_test(path, G_FILE_TEST_EXISTS) != 0 && g_file_test(path, G_FILE_TEST_IS_REGULAR) == 0
    }

    /// Why what is at a path cannot be read as a file; nil where it can.
    package static func readingProblem(_ path: String) -> String? {
        if g_file_test(path, G_FILE_TEST_EXISTS) == 0 { return "there is no such file" }
        if g_file_test(path, G_FILE_TEST_IS_DIR) != 0 { return "it is a folder" }
        return access(path, R_OK) == 0 ? nil : "you may not read it"
    }

    /// Whether a file begins as a WAV file does.
    package static func isWAV(_ path: String) -> Bool {
        guard let file = g_file_new_for_path(path) else { return false }  // transfer full
        defer { g_object_unref(UnsafeMutableRawPointer(file)) }
        guard let stream = g_file_read(file, nil, nil) else { return false }  // transfer full
        defer { g_object_unref(UnsafeMutableRawPointer(stream)) }
        var head = [UInt8](repeating: 0, count: 12)
        let count = g_input_stream_read(
            UnsafeMutableRawPointer(stream).assumingMemoryBound(to: GInputStream.self), &head, gsize(head.count), nil,
            nil)
        return count == head.count && head.starts(with: "RIFF".utf8) && head[8...].elementsEqual("WAVE".utf8)
    }

    /// Whether a file may be read by its group or by everybody.
    package static func othersMayRead(_ path: String) -> Bool {
        query(path, "unix::mode") { g_file_info_get_attribute_uint32($0, "unix::mode") & 0o044 != 0 } ?? false
    }

    private static func query<Answer>(_ path: String, _ attribute: String, _ read: (OpaquePointer) -> Answer) -> Answer?
    {
        guard let file = g_file_new_for_path(path) else { return nil }  // transfer full
        defer { g_object_unref(UnsafeMutableRawPointer(file)) }
        let attributes = "standard::type,\(attribute)"
        guard let info = g_file_query_info(file, attributes, G_FILE_QUERY_INFO_NONE, nil, nil) else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(info)) }
        return g_file_info_get_file_type(info) == G_FILE_TYPE_REGULAR ? read(info) : nil
    }
}
