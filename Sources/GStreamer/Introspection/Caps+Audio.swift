import CGStreamer

extension Caps {
    /// Raw audio that leaves nothing to negotiate.
    package struct RawAudio: Sendable, Equatable {
        /// GStreamer's name, as in `F32LE`.
        package var format: String
        /// Hz.
        package var rate: Int
        package var channels: Int
        /// The places of the channels; nil where one or two need none.
        package var channelMask: UInt64?

        package init(format: String, rate: Int, channels: Int, channelMask: UInt64? = nil) {
            self.format = format
            self.rate = rate
            self.channels = channels
            self.channelMask = channelMask
        }

        /// The caps as a graph file writes them.
        package var text: String {
            let mask = channelMask.map { ",channel-mask=(bitmask)0x\(String($0, radix: 16))" } ?? ""
            return "audio/x-raw,format=\(format),layout=interleaved,rate=\(rate),channels=\(channels)\(mask)"
        }
    }

    /// The raw audio in these caps that is nearest to what is wished; nil where there is none.
    package func nearest(to wish: RawAudio) -> RawAudio? {
        guard !isAny, let raw = Caps("audio/x-raw,layout=interleaved") else { return wish }
        let common = intersection(raw)
        guard !common.isEmpty, let copy = gst_caps_copy(common.pointer) else { return nil }
        defer { gst_caps_unref(copy) }
        guard let structure = gst_caps_get_structure(copy, 0) else { return nil }
        var result = wish
        // A field that is missing may be anything; what is fixed stays as it is.
        if gst_structure_has_field(structure, "format") != 0 {
            gst_structure_fixate_field_string(structure, "format", wish.format)
        }
        if let format = gst_structure_get_string(structure, "format") { result.format = String(cString: format) }
        result.rate = Self.fixed("rate", nearest: wish.rate, in: structure)
        result.channels = Self.fixed("channels", nearest: wish.channels, in: structure)
        let mask = gst_structure_get_value(structure, "channel-mask").map { UInt64(gst_value_get_bitmask($0)) }
        result.channelMask = mask ?? Self.channelMask(of: result.channels)
        return result
    }

    /// The same caps for any number of channels.
    package var withoutChannels: Caps { without(["channels", "channel-mask"]) }

    private static func fixed(_ field: String, nearest wish: Int, in structure: UnsafeMutablePointer<GstStructure>)
        -> Int
    {
        guard gst_structure_has_field(structure, field) != 0 else { return wish }
        gst_structure_fixate_field_nearest_int(structure, field, gint(clamping: wish))
        return number(field, in: structure) ?? wish
    }

    /// Where the channels stand when nothing says so; nil for one and two, which need no saying, and for very many.
    package static func channelMask(of channels: Int) -> UInt64? {
        guard channels > 2 else { return nil }
        let mask = UInt64(gst_audio_channel_get_fallback_mask(gint(clamping: channels)))
        return mask == 0 ? nil : mask
    }

    /// The mask of each of so many channels, one after the other; none where there are too many for places.
    package static func channelMasks(ofEach channels: Int) -> [UInt64] {
        let mask = UInt64(gst_audio_channel_get_fallback_mask(gint(clamping: channels)))
        return (0..<64).map { UInt64(1) << UInt64($0) }.filter { mask & $0 != 0 }
    }

    /// How many channels everything in here has; nil where that is open.
    package var channels: Int? { common { Self.number("channels", in: $0) } }

    /// The rate in Hz that everything in here has; nil where that is open.
    package var rate: Int? { common { Self.number("rate", in: $0) } }

    private static func number(_ field: String, in structure: UnsafeMutablePointer<GstStructure>) -> Int? {
        var value: gint = 0
        return gst_structure_get_int(structure, field, &value) != 0 ? Int(value) : nil
    }

    /// The sample format that everything in here has; nil where that is open.
    package var sampleFormat: String? {
        common { gst_structure_get_string($0, "format").map { String(cString: $0) } }
    }

    /// What all structures of raw audio have in common; nil where one leaves it open or has something else.
    private func common<Value: Hashable>(_ read: (UnsafeMutablePointer<GstStructure>) -> Value?) -> Value? {
        guard isRawAudio else { return nil }
        var found: Set<Value> = []
        for index in 0..<gst_caps_get_size(pointer) {
            guard let value = gst_caps_get_structure(pointer, index).flatMap(read) else { return nil }
            found.insert(value)
        }
        return found.count == 1 ? found.first : nil
    }
}
