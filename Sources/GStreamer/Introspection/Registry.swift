import CGStreamer

/// The installed elements: GStreamer's registry, our own in-process elements among them.
package enum Registry {
    /// Makes sure that GStreamer runs before anything of it is touched. Where it cannot start, the registry is empty.
    package static func prepare() { try? GStreamer.initialize() }

    /// The names of all installed elements, sorted.
    package static func elementNames() -> [String] {
        prepare()
        let list = gst_registry_get_feature_list(gst_registry_get(), gst_element_factory_get_type())
        defer { gst_plugin_feature_list_free(list) }
        var names: [String] = []
        var node = list
        while let current = node {
            if let feature = current.pointee.data,
                let name = gst_object_get_name(feature.assumingMemoryBound(to: GstObject.self))
            {
                names.append(String(cString: name))
                g_free(name)
            }
            node = current.pointee.next
        }
        return names.sorted()
    }

    /// Whether some installed decoder or demuxer that an automatic decoder would choose takes these caps.
    package static func canDecode(_ caps: Caps) -> Bool {
        prepare()
        // The flags are macros that Swift does not import: decoders are 1 << 0, demuxers 1 << 5.
        let kinds: GstElementFactoryListType = 1 << 0 | 1 << 5
        let all = gst_element_factory_list_get_elements(kinds, GST_RANK_MARGINAL)
        defer { gst_plugin_feature_list_free(all) }
        // A parser in between makes these what the decoder wants; without them it is the codec alone that decides.
        let codec = caps.without(["parsed", "framed", "stream-format", "alignment"])
        let fitting = withExtendedLifetime(codec) {
            gst_element_factory_list_filter(all, codec.pointer, GST_PAD_SINK, 0)
        }
        defer { gst_plugin_feature_list_free(fitting) }
        return fitting != nil
    }
}
