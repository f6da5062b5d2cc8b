#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A piece of audio and the characters heard in it: the body of `/with-timestamps`, and one line of
/// `/stream/with-timestamps`.
public struct TimedAudio: Sendable, Hashable {
    /// The audio's bytes in the output format that was asked for. The pieces of an answer make one stream; a piece may end
    /// in the middle of a sample or a frame.
    public var audio: [UInt8]
    /// When the characters of the text are heard; nil where the service does not say.
    public var alignment: CharacterAlignment?
    /// The same for the text as it is spoken, with numbers and abbreviations written out.
    public var normalizedAlignment: CharacterAlignment?

    /// Makes a piece.
    public init(
        audio: [UInt8], alignment: CharacterAlignment? = nil, normalizedAlignment: CharacterAlignment? = nil
    ) {
        self.audio = audio
        self.alignment = alignment
        self.normalizedAlignment = normalizedAlignment
    }

    /// Reads one JSON object.
    ///
    /// - Throws: ``InvalidTimedAudio`` for everything that is not one with audio in it.
    public init(json: some Sequence<UInt8>) throws(InvalidTimedAudio) {
        let body: Body
        do {
            body = try JSONDecoder().decode(Body.self, from: Data(json))
        } catch {
            throw InvalidTimedAudio("it is not what the API promises: JSON with audio_base64 and alignments")
        }
        guard let data = Data(base64Encoded: body.audio ?? "") else {
            throw InvalidTimedAudio("its audio_base64 is not Base64")
        }
        self.init(
            audio: Array(data), alignment: body.alignment, normalizedAlignment: body.normalizedAlignment)
    }

    private struct Body: Decodable {
        // Null on a line that has nothing but times.
        var audio: String?
        var alignment: CharacterAlignment?
        var normalizedAlignment: CharacterAlignment?

        enum CodingKeys: String, CodingKey {
            case audio = "audio_base64"
            case alignment
            case normalizedAlignment = "normalized_alignment"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            guard container.contains(.audio) else {
                throw DecodingError.keyNotFound(
                    CodingKeys.audio, .init(codingPath: [], debugDescription: "there is no audio"))
            }
            audio = try container.decodeIfPresent(String.self, forKey: .audio)
            alignment = try container.decodeIfPresent(CharacterAlignment.self, forKey: .alignment)
            normalizedAlignment = try container.decodeIfPresent(CharacterAlignment.self, forKey: .normalizedAlignment)
        }
    }
}

/// Why a line of an answer with times cannot be used.
public struct InvalidTimedAudio: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence.
    public let description: String

    init(_ description: String) { self.description = description }
}
