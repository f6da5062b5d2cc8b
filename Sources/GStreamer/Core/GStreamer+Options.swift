import CGStreamer

extension GStreamer {
    /// GStreamer's own command line options (`--gst-debug` and the like), as a GOption group (transfer full). Parsing a
    /// command line with it starts GStreamer.
    package static var optionGroup: OpaquePointer? { gst_init_get_option_group() }
}
