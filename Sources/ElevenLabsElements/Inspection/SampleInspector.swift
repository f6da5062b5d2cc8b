import ElevenLabs

/// Bare samples, of which every byte is one. Only a text in their place can be told: an error, which would be heard as noise.
struct SampleInspector: FormatInspector {
    /// So many bytes of text in a row are no sound.
    private static let searched = 64

    private let format: OutputFormat
    private var start: [UInt8] = []
    private var received = 0

    init(_ format: OutputFormat) { self.format = format }

    var isRecognised: Bool? {
        guard isTextSoFar else { return true }
        return start.count < Self.searched ? nil : false
    }

    var duration: Duration { format.duration(ofBytes: received) }
    let alienBytes = 0
    /// An odd byte is seen where bytes are counted.
    let incompleteness: String? = nil

    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        received += bytes.count
        start += bytes.prefix(Self.searched - start.count)
    }

    /// Whether all that came could be the beginning of JSON or of a page: a bracket, a mark that is loud where it is a sample, and
    /// nothing but characters of ASCII.
    private var isTextSoFar: Bool {
        guard start.allSatisfy({ 32..<127 ~= $0 || 9...13 ~= $0 }) else { return false }
        let marks = start.filter { $0 > 32 }.prefix(2)
        return [#"{""#, #"[""#, "<!", "<?", "<h"].contains { $0.utf8.starts(with: marks) }
    }
}
