import GLib
import GStreamer

/// How long encoded audio plays, as far as that can be told without decoding it: by its frames where it is MP3, by its buffers'
/// durations where there is one stream only and each buffer has one.
struct EncodedLength: Sendable {
    /// Without a frame until here it is no MP3.
    private static let searched = 1 << 20

    /// Whether the buffers of a kind of stream are frames of audio, one after the other. In a container they may be pictures.
    private let isElementary: Bool
    private var parser: MP3Parser?
    private var bytes = 0
    private var frameBytes = 0
    private var frames = Duration.zero
    /// nil where a buffer had no duration.
    private var buffers: Duration? = .zero

    /// - Parameter name: that of the caps; empty where there are none.
    init(_ name: String) {
        isElementary = name == "audio/mpeg" || name == "audio/x-flac"
        parser = name == "audio/mpeg" || name.isEmpty ? MP3Parser() : nil
    }

    /// nil where it is not known.
    var duration: Duration? {
        // What looks like a frame here and there in other bytes is none.
        if frameBytes > bytes / 2 { return frames }
        guard isElementary, let buffers, buffers > .zero else { return nil }
        return buffers
    }

    /// - Parameters: a buffer's bytes, how long it plays, and whether it is a header, which does not.
    mutating func add(_ new: Bytes, lasting duration: Duration?, isHeader: Bool) {
        bytes += new.count
        if !isHeader, !new.isEmpty { buffers = duration.flatMap { added in buffers.map { $0 + added } } }
        for case .frame(let frame) in parser?.add(new.array) ?? [] {
            frameBytes += frame.header.size
            frames += Duration(samples: Int64(frame.header.samples), rate: frame.header.rate)
        }
        if frameBytes == 0, bytes > Self.searched { parser = nil }
    }
}
