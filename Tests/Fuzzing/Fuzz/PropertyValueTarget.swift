import GStreamer

/// A text or a list is a value of a property or is refused, and an element takes the value without a complaint of GLib's,
/// which G_DEBUG=fatal-criticals makes an end.
enum PropertyValueTarget {
    /// A property for every kind of value.
    private static let properties = [
        ("audiotestsrc", "freq"), ("audiotestsrc", "wave"), ("audiotestsrc", "num-buffers"),
        ("audiotestsrc", "is-live"), ("audiotestsrc", "timestamp-offset"), ("volume", "volume"), ("level", "interval"),
        ("capsfilter", "caps"), ("filesink", "location"), ("queue", "max-size-time"), ("queue", "max-size-bytes"),
        ("audiopanorama", "panorama"), ("lamemp3enc", "target"), ("opusenc", "bitrate-type"),
        ("audioconvert", "mix-matrix"),
        ("deinterleave", "keep-positions"), ("interleave", "channel-positions"), ("vorbisenc", "quality"),
        ("flacenc", "padding"), ("appsrc", "stream-type"), ("fakesink", "silent"), ("tcpserversink", "port"),
        ("webrtcdsp", "target-level-dbfs"), ("audiochebband", "poles"), ("spectrum", "bands"),
        ("pulsesink", "stream-properties"),
        ("souphttpsrc", "extra-headers"), ("souphttpsrc", "cookies"), ("souphttpsrc", "location"),
        ("videotestsrc", "foreground-color"),
        ("encodebin", "profile"), ("uridecodebin", "caps"), ("decodebin", "sink-caps"), ("taginject", "tags"),
        ("audiorate", "tolerance"), ("identity", "sleep-time"), ("rtpjitterbuffer", "mode"),
        ("removesilence", "threshold"),
    ]

    private struct Property: Sendable {
        var factory: String
        var path: String
        var spec: PropertySpec
    }

    private static let installed: [Property] = {
        do {
            try GStreamer.initialize()
        } catch {
            fatalError("GStreamer does not start: \(error)")
        }
        return properties.compactMap { factory, name in
            (try? ElementInspection(factory: factory)?.target(name)).map {
                Property(factory: factory, path: name, spec: $0.spec)
            }
        }
    }()

    @Sendable static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let property = installed[input.byte() % installed.count]
        let value = value(&input)
        do {
            _ = try property.spec.value(from: value)
            if case .automation = value { return }
            try ElementInspection(factory: property.factory)?.set(property.path, to: value)
        } catch {
            require(!error.description.isEmpty, "a refusal says something")
        }
    }

    /// A byte chooses text, list, a list of lists or points; 31 separates items and 30 lists.
    private static func value(_ input: inout FuzzInput) -> PropertyInput {
        let form = input.byte() % 4
        let text = input.remainingText()
        switch form {
        case 0: return .text(text)
        case 1: return list(text[...])
        case 2: return .list(text.split(separator: "\u{1E}", omittingEmptySubsequences: false).map(list))
        default:
            let items = text.split(separator: "\u{1F}", omittingEmptySubsequences: false)
            return .automation(
                items.enumerated().map { PropertyInput.Point(time: .seconds($0.offset), value: String($0.element)) })
        }
    }

    private static func list(_ text: Substring) -> PropertyInput {
        .list(text.split(separator: "\u{1F}", omittingEmptySubsequences: false).map { .text(String($0)) })
    }
}
