import ElevenLabs
package import GLib
import GStreamer

/// The elements of this project.
package enum ElevenLabsElements {
    /// Starts GStreamer and makes the elements known to it, in this process. Later calls do nothing.
    package static func register() throws(GLibError) {
        try ElementType.register(TextToSpeechElement.self)
        try ElementType.register(UploadFilter<VoiceChangerRequest>.self)
        try ElementType.register(UploadFilter<AudioIsolationRequest>.self)
        try ElementType.register(SpoolQueueElement.self)
        try ElementType.register(StallQueueElement.self)
    }

    /// The factories of those that give nothing before their input has ended: whoever shares a source with one needs a queue
    /// that holds as much.
    package static let holdingFactories: Set<String> = [
        VoiceChangerRequest.metadata.factory, AudioIsolationRequest.metadata.factory,
    ]
}
