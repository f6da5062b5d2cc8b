import CGLib

/// The size of files.
package enum FileSize {
    /// The bytes of a regular file, also behind links; nil for everything else.
    package static func ofRegularFile(at path: String) -> Int? {
        guard let file = g_file_new_for_path(path) else { return nil }  // transfer full
        defer { g_object_unref(UnsafeMutableRawPointer(file)) }
        let attributes = "standard::type,standard::size"
        guard let info = g_file_query_info(file, attributes, G_FILE_QUERY_INFO_NONE, nil, nil) else { return nil }
        defer { g_object_unref(UnsafeMutableRawPointer(info)) }
        return g_file_info_get_file_type(info) == G_FILE_TYPE_REGULAR ? Int(g_file_info_get_size(info)) : nil
    }
}
