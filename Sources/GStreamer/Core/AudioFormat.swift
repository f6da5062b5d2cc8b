import CGStreamer
import GLib

/// The layout of raw audio on a pad: `GstAudioInfo` in part.
package struct AudioFormat: Sendable, Equatable {
    /// GStreamer's name, as in `S16LE`.
    package let name: String
    /// Hz.
    package let rate: Int
    package let channels: Int
    /// Bytes of one sample of every channel.
    package let bytesPerFrame: Int
}

extension Pad {
    /// What raw audio flows here; nil before the caps are known and for everything that is not raw audio.
    package var audioFormat: AudioFormat? {
        guard let caps = gst_pad_get_current_caps(pointer) else { return nil }  // transfer full
        defer { gst_caps_unref(caps) }
        var info = GstAudioInfo()
        guard gst_structure_has_name(gst_caps_get_structure(caps, 0), "audio/x-raw") != 0,
            gst_audio_info_from_caps(&info, caps) != 0, let details = info.finfo
        else { return nil }
        return AudioFormat(
            name: String(cString: details.pointee.name), rate: Int(info.rate), channels: Int(info.channels),
            bytesPerFrame: Int(info.bpf))
    }
}
