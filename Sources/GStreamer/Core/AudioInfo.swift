import CGStreamer
import GLib

/// The layout of raw audio: `GstAudioInfo` in part.
package struct AudioInfo: Sendable, Equatable {
    /// GStreamer's name, as in `S16LE`.
    package let name: String
    /// Hz.
    package let rate: Int
    package let channels: Int
    /// Bytes of one sample of every channel.
    package let bytesPerFrame: Int

    /// nil for everything that is not fixed raw audio.
    init?(_ caps: UnsafeMutablePointer<GstCaps>) {
        var info = GstAudioInfo()
        guard gst_structure_has_name(gst_caps_get_structure(caps, 0), "audio/x-raw") != 0,
            gst_audio_info_from_caps(&info, caps) != 0, let details = info.finfo
        else { return nil }
        name = String(cString: details.pointee.name)
        rate = Int(info.rate)
        channels = Int(info.channels)
        bytesPerFrame = Int(info.bpf)
    }
}

extension Pad {
    /// What raw audio flows here; nil before the caps are known and for everything that is not raw audio.
    package var audioInfo: AudioInfo? {
        guard let caps = gst_pad_get_current_caps(pointer) else { return nil }  // transfer full
        defer { gst_caps_unref(caps) }
        return AudioInfo(caps)
    }
}

extension AudioInfo {
    /// So much silence, in whole frames.
    package func silence(_ length: Duration) -> Buffer {
        let count = Int((length.seconds * Double(rate)).rounded()) * bytesPerFrame
        var bytes = ContiguousArray<UInt8>(repeating: 0, count: count)
        if let details = gst_audio_format_get_info(gst_audio_format_from_string(name)) {
            bytes.withUnsafeMutableBytes {
                gst_audio_format_info_fill_silence(details, $0.baseAddress, gsize($0.count))
            }
        }
        return Buffer(wrapping: Bytes(bytes))
    }
}
