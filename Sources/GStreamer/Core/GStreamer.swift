import CGStreamer
package import GLib
import Synchronization

/// The GStreamer library itself: start, end, version.
package enum GStreamer {
    private static let started = Mutex(false)

    /// Starts GStreamer once; later calls do nothing. Throws when it cannot start (a broken registry or installation).
    package static func initialize() throws(GLibError) {
        try started.withLock { (started) throws(GLibError) in
            if started { return }
            _ = try throwing { error in gst_init_check(nil, nil, error) }
            preferLeanDecoders()
            started = true
        }
    }

    /// Ends GStreamer, so that its leaks tracer reports. Nothing of GStreamer may be used afterwards.
    package static func deinitialize() {
        started.withLock { started in
            guard started else { return }
            started = false
            Decoders.finishLoading()
            gst_deinit()
        }
    }

    /// GStreamer's own version line, as in `GStreamer 1.22.0`.
    package static var version: String {
        guard let text = gst_version_string() else { return "GStreamer" }
        defer { g_free(text) }
        return String(cString: text)
    }

    /// mpg123audiodec and avdec_mp3 have the same rank, and loading libav costs 60 to 90 ms and 40 MB more. Decodebin takes
    /// mpg123 in this process, unless the user's `GST_PLUGIN_FEATURE_RANK` says something about ranks.
    private static func preferLeanDecoders() {
        guard g_getenv("GST_PLUGIN_FEATURE_RANK") == nil,
            let feature = gst_registry_lookup_feature(gst_registry_get(), "mpg123audiodec")
        else { return }
        gst_plugin_feature_set_rank(feature, guint(GST_RANK_PRIMARY.rawValue) + 1)
        gst_object_unref(UnsafeMutableRawPointer(feature))
    }
}
