import GStreamer

/// What HTTP calls the kinds of streams that GStreamer has names of its own for.
enum MediaType {
    static func name(of sample: MediaSample) -> String {
        guard let name = sample.mediaType else { return "application/octet-stream" }
        switch name {
        case "audio/mpeg": return sample.integer("mpegversion") == 1 ? "audio/mpeg" : "audio/aac"
        case "application/ogg": return "audio/ogg"
        case "audio/x-flac": return "audio/flac"
        case "audio/x-wav": return "audio/wav"
        case "audio/x-matroska": return "audio/matroska"
        case "video/x-matroska": return "video/matroska"
        case "video/mpegts": return "video/mp2t"
        case "audio/x-m4a": return "audio/mp4"
        case "video/quicktime", "application/x-3gp": return "video/mp4"
        default: return name
        }
    }
}
