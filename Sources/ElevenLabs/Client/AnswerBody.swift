package import GLib
package import HTTP

/// An answer's body on its way from the network to its reader, and the place that the request has at the gate.
///
/// Only as much is read as is asked for, so that a slow reader slows the server. But where somebody waits for the place it is
/// read to its end at once, since the service counts a request until then: what the reader does not take yet is kept, in
/// memory to a bound and on disk past it.
@NetworkActor
package final class AnswerBody: Sendable {
    /// Why a body does not come to its end.
    package enum Failure: Error {
        /// What the network says.
        case connection(HTTPError)
        /// What was read early, since others wait, could not be kept.
        case storage(Spool.Failure)
    }

    /// How much lies in memory: the bytes that need not be asked for again should the connection be lost while others go
    /// first, which may take minutes.
    package static nonisolated let memoryLimit = 8 << 20

    private let reading: Reading
    private let task: Task<Void, Never>

    package init(_ response: HTTPResponse, _ place: RequestGate.Place) {
        let reading = Reading(response, place)
        self.reading = reading
        task = Task { await reading.run() }
    }

    deinit { task.cancel() }

    /// Whether only the connection's end told the body's.
    package var endIsUnproven: Bool { reading.response.endIsUnproven }

    /// Waits for the next bytes; nil at the end of a whole body. One reader.
    package func next() async throws(Failure) -> Bytes? {
        reading.isReadAhead = false
        while true {
            if let bytes = try await reading.take() { return bytes }
            if try reading.hasEnded() { return nil }
            try await waitForMore()
        }
    }

    /// Reads ahead, as far as memory goes, for as long as others go first.
    package func fill(while isHeld: () -> Bool) async throws(Failure) {
        reading.isReadAhead = true
        while isHeld(), !reading.isFull, try !reading.hasEnded() { try await waitForMore() }
    }

    /// Ends the request.
    package func cancel() {
        task.cancel()
        reading.response.cancel()
    }

    private func waitForMore() async throws(Failure) {
        await reading.next()
        guard Task.isCancelled else { return }
        cancel()
        throw .connection(HTTPError(.cancelled))
    }

    /// What the reader and the task that reads the network share.
    @NetworkActor
    private final class Reading {
        private enum Ending {
            case whole
            case failed(Failure)
        }

        /// How much of what lies on disk is handed over at once.
        private static let pieceSize = 64 << 10

        let response: HTTPResponse
        private let place: RequestGate.Place
        var isReadAhead = false
        private var isAskedFor = false
        private var ending: Ending?
        private let arrival = WakeUp()

        private var memory = FIFO<Bytes>()
        private var bytesInMemory = 0
        /// What comes behind the bytes in memory: how much was put there, and how much of it was handed over.
        private var spool: Spool?
        private var spooled = 0
        private var position = 0

        init(_ response: HTTPResponse, _ place: RequestGate.Place) {
            self.response = response
            self.place = place
        }

        var isFull: Bool { bytesInMemory >= AnswerBody.memoryLimit || position < spooled }

        // MARK: Network

        func run() async {
            while ending == nil {
                while !isWanted, !Task.isCancelled { await place.wakeUp.wait() }
                isAskedFor = false
                do throws(HTTPError) {
                    if let bytes = try await response.read() { await keep(bytes) } else { ending = .whole }
                } catch {
                    ending = .failed(.connection(error))
                }
                if ending != nil { place.giveBack() }
                arrival.wake()
            }
            response.cancel()
        }

        private var isWanted: Bool { isAskedFor || (isReadAhead && !isFull) || place.isWanted }

        private func keep(_ bytes: Bytes) async {
            guard isFull else {
                memory.append(bytes)
                bytesInMemory += bytes.count
                return
            }
            let spool = spool ?? Spool(memoryLimit: 0)
            self.spool = spool
            do throws(Spool.Failure) {
                try await Disk.perform { () throws(Spool.Failure) in try spool.append(bytes) }
                spooled += bytes.count
            } catch {
                ending = .failed(.storage(error))
            }
        }

        // MARK: Reader

        /// Asks for more, and waits until there is some or the end.
        func next() async {
            isAskedFor = true
            place.wakeUp.wake()
            await arrival.wait()
        }

        func take() async throws(Failure) -> Bytes? {
            if let bytes = memory.first {
                memory.removeFirst()
                bytesInMemory -= bytes.count
                return bytes
            }
            guard let spool, position < spooled else { return nil }
            let range = position..<min(spooled, position + Self.pieceSize)
            position = range.upperBound
            do throws(Spool.Failure) {
                return try await Disk.perform { () throws(Spool.Failure) in
                    let bytes = try spool.read(range)
                    spool.discard(before: range.upperBound)
                    return bytes
                }
            } catch {
                throw .storage(error)
            }
        }

        func hasEnded() throws(Failure) -> Bool {
            switch ending {
            case nil: return false
            case .whole: return true
            case .failed(let failure): throw failure
            }
        }
    }
}
