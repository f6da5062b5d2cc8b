import ElevenLabs
import GLib
import HTTP
import Synchronization

/// The audio of one stream on its way to the service: spooled as it comes, and handed out in pieces as they are complete.
final class Upload: Sendable {
    /// A part of the audio that one request carries.
    struct Piece: Sendable, Equatable {
        /// From 1.
        let number: Int
        /// Its bytes in the spool.
        let range: Range<Int>
        let format: UploadFormat
        /// Whether there is no other.
        let isOnly: Bool
    }

    let spool = Spool()
    private let state = Mutex(State())

    private struct State {
        var pieces: [Piece] = []
        var isComplete = false
        var duration: Duration?
        var rewrites = Rewrites()
        /// Those who wait for a piece, by its index.
        var waiters: [Int: CheckedContinuation<Piece?, Never>] = [:]

        var end: Int { pieces.last?.range.upperBound ?? 0 }
    }

    /// Puts other bytes in the place of some that came before. - Returns: false where that has become too many.
    func rewrite(_ bytes: Bytes, at position: Int) -> Bool {
        state.withLock { $0.rewrites.add(bytes, at: position) }
    }

    /// What a request carries of a piece.
    func body(of piece: Piece) -> [HTTPBody.Piece] {
        state.withLock { $0.rewrites }.body(of: piece.range, in: spool)
    }

    /// Ends a piece at a position in the spool.
    func cut(at position: Int, as format: UploadFormat) {
        close { state in
            state.pieces.append(
                Piece(number: state.pieces.count + 1, range: state.end..<position, format: format, isOnly: false))
        }
    }

    /// How long all of it plays; nil where that is not known, or not yet.
    var duration: Duration? { state.withLock { $0.duration } }

    /// Ends the last piece: no more audio comes. - Returns: false where none came at all.
    func complete(as format: UploadFormat, lasting duration: Duration?) -> Bool {
        let count = spool.count
        // Who waits for a piece goes on waiting until the caller has told why: an end of the stream first would be taken for another
        // error by what comes behind.
        guard count > 0 else { return false }
        close { state in
            guard !state.isComplete else { return }
            state.isComplete = true
            state.duration = duration
            guard count > state.end else { return }
            state.pieces.append(
                Piece(
                    number: state.pieces.count + 1, range: state.end..<count, format: format,
                    isOnly: state.pieces.isEmpty))
        }
        return true
    }

    private func close(_ change: (inout State) -> Void) {
        let ready = state.withLock { state in
            change(&state)
            let known = state.waiters.keys.filter { $0 < state.pieces.count || state.isComplete }
            return known.compactMap { index in
                state.waiters.removeValue(forKey: index).map { ($0, Self.piece(index, state)) }
            }
        }
        for (waiter, piece) in ready { waiter.resume(returning: piece) }
    }

    /// Waits for the piece of an index (from 0); nil where there are not so many, and in a task that is cancelled. One waiter a
    /// piece.
    func piece(_ index: Int) async -> Piece? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known: Piece?? = state.withLock { state in
                    if index < state.pieces.count || state.isComplete { return .some(Self.piece(index, state)) }
                    if Task.isCancelled { return .some(nil) }
                    state.waiters[index] = continuation
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: index) }?.resume(returning: nil)
        }
    }

    private static func piece(_ index: Int, _ state: State) -> Piece? {
        index < state.pieces.count ? state.pieces[index] : nil
    }
}
