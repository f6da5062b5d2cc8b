import GLib
import HTTP

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Audio to be sent to the service, which answers when it has all of it.
public struct AudioUpload: Sendable {
    private enum Source: Sendable {
        case bytes(Bytes)
        case file(URL)
        case stream(@Sendable (_ limit: Int) async throws -> Spool)
    }

    private let source: Source

    /// Audio in memory.
    public static func bytes(_ bytes: some Sequence<UInt8>) -> AudioUpload {
        AudioUpload(source: .bytes((bytes as? AudioBytes)?.storage ?? Bytes(bytes)))
    }

    /// A regular file, read piece by piece while it goes out. It must not change meanwhile.
    public static func file(_ url: URL) -> AudioUpload { AudioUpload(source: .file(url)) }

    /// Audio that comes piece by piece, such as another request's ``AudioResponse``.
    ///
    /// It is gathered to its end first, in memory to 8 MB and on disk beyond, since the service wants to know its length; so a
    /// request can be sent again as well. The sequence is read once.
    public static func stream<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces) -> AudioUpload
    where Pieces.Element: Sequence<UInt8> {
        AudioUpload(source: .stream { try await Self.gather(pieces, limit: $0) })
    }

    /// How much is gathered before it is put away.
    private static let blockSize = 64 << 10

    /// Puts pieces into a spool, as many as fit and one more.
    private static func gather<Pieces: AsyncSequence>(_ pieces: Pieces, limit: Int) async throws -> Spool
    where Pieces.Element: Sequence<UInt8> {
        let spool = Spool()
        var block = ContiguousArray<UInt8>()
        func putAway() async throws(Spool.Failure) {
            let bytes = Bytes(block)
            block.removeAll(keepingCapacity: true)
            try await Disk.perform { () throws(Spool.Failure) in try spool.append(bytes) }
        }
        for try await piece in pieces {
            block.append(contentsOf: piece)
            if block.count >= blockSize { try await putAway() }
            if spool.count > limit { break }
        }
        // A sequence ends quietly when its task is cancelled.
        try Task.checkCancellation()
        try await putAway()
        return spool
    }

    /// The audio as it goes out. - Parameter limit: the most bytes that the service takes.
    func pieces(limit: Int) async throws(ElevenLabsClientError) -> [HTTPBody.Piece] {
        let piece = try await piece(limit: limit)
        let count = piece.count
        guard count == 0 || count > limit else { return [piece] }
        let finding =
            count == 0
            ? RequestFinding(field: "audio", value: "empty", allowed: "at least one byte long")
            : RequestFinding(field: "audio", value: "over \(limit) bytes long", allowed: "at most \(limit)")
        throw .invalidRequest(InvalidRequest(findings: [finding]))
    }

    private func piece(limit: Int) async throws(ElevenLabsClientError) -> HTTPBody.Piece {
        do {
            switch source {
            case .bytes(let bytes): return .bytes(bytes)
            case .file(let url):
                guard url.isFileURL else {
                    throw ElevenLabsClientError.unreadableUpload(reason: "the URL of the audio is not a file's")
                }
                let path = url.path
                let file = try await Disk.perform { () throws(Spool.Failure) in try Spool(reading: path) }
                return .spooled(file, 0..<file.count)
            case .stream(let gather):
                let spool = try await gather(limit)
                return .spooled(spool, 0..<spool.count)
            }
        } catch let error as ElevenLabsClientError {
            throw error
        } catch let error as Spool.Failure {
            throw .unreadableUpload(reason: error.description)
        } catch {
            if Task.isCancelled { throw .cancelled }
            throw .unreadableUpload(
                reason: "the audio to upload broke off: \(DisplayText.line("\(error)", limit: 300))")
        }
    }
}
