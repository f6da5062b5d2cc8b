import ElevenLabs
import GStreamer

/// A GStreamer element that an answer is made with.
struct RequiredElement: Sendable {
    var name: String
    /// The Debian package that brings it.
    var package: String

    /// - Throws: a 500 that names the package, where the element is not installed.
    func check() throws(Refusal) {
        guard ElementFactory(named: name) == nil else { return }
        throw .refuse(
            500, "internal_error", "internal_error",
            "The simulator needs GStreamer's element \(name) for this; install the Debian package \(package).",
            legacy: "internal_server_error"
        )
    }
}

extension OutputFormat {
    /// The element that encodes in this format; nil where samples go out as they are.
    var requirement: RequiredElement? {
        switch codec {
        case .pcm: nil
        case .mp3: RequiredElement(name: "lamemp3enc", package: "gstreamer1.0-plugins-good")
        case .ulaw: RequiredElement(name: "mulawenc", package: "gstreamer1.0-plugins-good")
        case .alaw: RequiredElement(name: "alawenc", package: "gstreamer1.0-plugins-good")
        case .opus: RequiredElement(name: "opusenc", package: "gstreamer1.0-plugins-base")
        }
    }
}
