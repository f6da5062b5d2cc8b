import ElevenLabs
import GLib

extension AnswerCheck {
    /// Looks at the next bytes of audio. - Returns: those that may go on, none while it is not clear what they are.
    func inspect(_ bytes: Bytes, _ inspection: inout AnswerInspection) throws(Fault) -> Bytes? {
        do {
            return try inspection.take(bytes)
        } catch {
            throw notAudio("the service's answer \(error.words)")
        }
    }

    /// What only the end of the audio shows. - Returns: what is odd about it, though it may have been heard well.
    func checkEnd(_ inspection: AnswerInspection, of order: StreamOrder) throws(Fault) -> [String] {
        var doubts: [String] = []
        do {
            if let doubt = try inspection.finish() { doubts.append(doubt) }
        } catch {
            throw notAudio("the service's answer \(error.words)")
        }
        if let least = order.leastDuration, inspection.duration < least {
            doubts.append(
                "\(order.piece.map { "piece \($0.number): " } ?? "")the answer has its proper end, but plays "
                    + "\(Self.text(inspection.duration)) only, and \(order.size.words) should take longer than "
                    + "\(Self.text(least)): some of it may be missing" + (requestID.map { " (request id \($0))" } ?? "")
            )
        }
        return doubts
    }

    private static func text(_ duration: Duration) -> String {
        let tenths = (duration.seconds * 10).rounded() / 10
        return "\(tenths) s"
    }
}

extension StreamOrder.Size {
    fileprivate var words: String {
        switch self {
        case .characters(let count): "a text of \(count) characters"
        case .audio(let duration?, _): "\((duration.seconds * 10).rounded() / 10) s of audio"
        case .audio(nil, let bytes): "\(bytes) bytes of audio"
        }
    }
}
