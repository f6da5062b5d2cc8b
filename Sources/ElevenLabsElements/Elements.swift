package import GLib
import GStreamer

/// The elements of this project.
package enum ElevenLabsElements {
    /// Starts GStreamer and makes the elements known to it, in this process. Later calls do nothing.
    package static func register() throws(GLibError) {
        try ElementType.register(TextToSpeechElement.self)
    }
}
