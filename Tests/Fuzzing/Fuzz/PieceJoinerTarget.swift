import ElevenLabs
import GLib

@testable import ElevenLabsElements

/// Answers of any bytes, in chunks of any length, are joined; an only answer comes out as it came in.
enum PieceJoinerTarget {
    private static let formats = ["mp3_44100_128", "mp3_22050_32", "pcm_16000", "ulaw_8000", "alaw_8000"]
        .compactMap { OutputFormat(rawValue: $0) }

    @Sendable static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let format = formats[input.byte() % formats.count]
        guard var joiner = PieceJoiner(format) else { fatalError("\(format) cannot be joined") }
        let pieces = 1 + input.byte() % 4
        var sent: [UInt8] = []
        var received: [Bytes] = []
        for piece in 1...pieces {
            received += joiner.begin(pieceOf: input.byte() * 64)
            var chunks = piece == pieces ? Int.max : input.byte() % 8
            while chunks > 0, !input.isEmpty {
                let chunk = input.bytes(1 + input.byte() * 4)
                sent += chunk
                received += joiner.add(Bytes(chunk))
                chunks -= 1
            }
            received += joiner.endPiece()
        }
        received += joiner.finish()
        require(received.allSatisfy { !$0.isEmpty }, "no buffer is empty")
        let isSame = received.flatMap(\.array).elementsEqual(sent)
        require(pieces > 1 || isSame, "an only answer comes out as it came in")
    }
}
