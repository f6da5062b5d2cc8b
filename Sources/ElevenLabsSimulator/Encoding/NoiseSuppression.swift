/// The noise suppression of WebRTC, as GStreamer's `webrtcdsp` brings it.
enum NoiseSuppression {
    /// One pass at the level `moderate`, the one that brings the result nearest to the clean speech: higher levels and a
    /// second pass take more of the noise in pauses, and too much of the speech. The high-pass filter would turn phases.
    static let launchLine = """
        audio/x-raw,format=S16LE,rate=16000,channels=1 ! webrtcdsp echo-cancel=false gain-control=false \
        high-pass-filter=false noise-suppression-level=moderate
        """

    /// Samples by which what comes out lags behind: measured, since the element's latency query does not know of it.
    static let delay = 96

    /// Samples of silence behind the audio that bring out all of it: the delay, and a frame of 10 ms to fill the last.
    static let tail = 96 + 2 * 160

    /// The element, and the Debian package that brings it.
    static let requirement = RequiredElement(name: "webrtcdsp", package: "gstreamer1.0-plugins-bad")
}
