import CGStreamer
import GLib

/// A category of GStreamer's debug log, which `GST_DEBUG` turns on, with GLib's structured log under the same name beside it, which
/// `G_MESSAGES_DEBUG` turns on. Neither prints anything by itself.
///
/// Sendable: a category lives as long as the process and is changed by GStreamer alone.
package struct DebugCategory: @unchecked Sendable {
    package enum Level: Sendable {
        case error, warning, info
    }

    private let name: String
    private let pointer: UnsafeMutablePointer<GstDebugCategory>?

    /// Makes a category, or finds it where it was made before. GStreamer must have started.
    package init(_ name: String, description: String) {
        self.name = name
        pointer = _gst_debug_category_new(name, 0, description)
    }

    /// Writes a line, where anybody wants it.
    package func log(
        _ level: Level, _ message: @autoclosure () -> String, file: StaticString = #fileID,
        function: StaticString = #function, line: Int = #line
    ) {
        let (own, flags) = level.values
        let isWanted = pointer.map { gst_debug_category_get_threshold($0).rawValue >= own.rawValue } ?? false
        guard isWanted || g_log_writer_default_would_drop(flags, name) == 0 else { return }
        let text = message()
        if isWanted, let pointer {
            file.withUTF8Buffer { file in
                function.withUTF8Buffer { function in
                    gst_debug_log_literal(
                        pointer, own, UnsafeRawPointer(file.baseAddress)?.assumingMemoryBound(to: CChar.self),
                        UnsafeRawPointer(function.baseAddress)?.assumingMemoryBound(to: CChar.self),
                        gint(clamping: line),
                        nil, text)
                }
            }
        }
        let fields = g_variant_dict_new(nil)
        defer { g_variant_dict_unref(fields) }
        g_variant_dict_insert_value(fields, "MESSAGE", g_variant_new_string(text))
        let values = g_variant_ref_sink(g_variant_dict_end(fields))
        defer { g_variant_unref(values) }
        g_log_variant(name, flags, values)
    }
}

extension DebugCategory.Level {
    /// GLib prints warnings unasked; here nothing is said unasked, so all are information to it.
    fileprivate var values: (GstDebugLevel, GLogLevelFlags) {
        switch self {
        case .error: (GST_LEVEL_ERROR, G_LOG_LEVEL_INFO)
        case .warning: (GST_LEVEL_WARNING, G_LOG_LEVEL_INFO)
        case .info: (GST_LEVEL_INFO, G_LOG_LEVEL_INFO)
        }
    }
}
