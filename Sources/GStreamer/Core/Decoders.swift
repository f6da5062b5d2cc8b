import CGStreamer
import Dispatch
import GLib

/// What decodebin will need for a stream whose caps are known.
package enum Decoders {
    private static let queue = DispatchQueue(label: "elevenpipe.decoders", qos: .userInitiated)

    /// Waits for what is being loaded. Blocks.
    static func finishLoading() { queue.sync {} }

    /// Loads the parser and the decoder that decodebin would take for these caps, on a thread of its own. The first use of a
    /// plugin costs 10 to 50 ms of reading from disk; done while the request is under way it costs nothing.
    package static func load(for caps: String) {
        queue.async {
            guard let caps = gst_caps_from_string(caps) else { return }  // transfer full
            defer { gst_caps_unref(caps) }
            for kind in [factoryTypeParser, factoryTypeDecoder] {
                let all = gst_element_factory_list_get_elements(kind, GST_RANK_MARGINAL)  // transfer full
                let fitting = gst_element_factory_list_filter(all, caps, GST_PAD_SINK, 0)  // transfer full
                let ranked = g_list_sort(fitting, gst_plugin_feature_rank_compare_func)
                if let feature = ranked?.pointee.data, let loaded = gst_plugin_feature_load(OpaquePointer(feature)) {
                    gst_object_unref(UnsafeMutableRawPointer(loaded))
                }
                gst_plugin_feature_list_free(ranked)
                gst_plugin_feature_list_free(all)
            }
        }
    }
}

/// `GST_ELEMENT_FACTORY_TYPE_*` are 64-bit shift macros, which do not import.
private let factoryTypeDecoder: GstElementFactoryListType = 1 << 0
private let factoryTypeParser: GstElementFactoryListType = 1 << 6
