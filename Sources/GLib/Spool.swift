internal import CGLib
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Bytes that are written at the end, in order, and read anywhere until they are discarded: in memory up to a bound, what
/// comes beyond it in a temporary file that has no name any more.
///
/// Reading and writing block for as long as the disk takes: not in a task.
package final class Spool: Sendable {
    /// The file could not be made, written or read; the sentence names the directory and the system's reason.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
        /// Whether the disk is full.
        package let isOutOfSpace: Bool

        package init(description: String, isOutOfSpace: Bool = false) {
            self.description = description
            self.isOutOfSpace = isOutOfSpace
        }
    }

    private let state: Mutex<State>

    /// - Parameter memoryLimit: how many bytes may lie in memory at once.
    package init(memoryLimit: Int = 8 << 20) { state = Mutex(State(memoryLimit: memoryLimit)) }

    /// Stands for a regular file, with the length it has now. Opening it blocks; appending fails.
    package init(reading path: String) throws(Failure) { state = Mutex(try State(reading: path)) }

    /// How many bytes were ever appended: the position that the next one gets.
    package var count: Int { state.withLock { $0.end } }

    /// How many bytes lie in memory now.
    var bytesInMemory: Int { state.withLock { $0.inMemory } }

    /// Puts bytes behind all others.
    package func append(_ bytes: Bytes) throws(Failure) {
        guard !bytes.isEmpty else { return }
        try state.withLock { (state) throws(Failure) in try state.append(bytes) }
    }

    /// The bytes of a range of positions. What was discarded or has not come cannot be read: a fault of the caller's.
    package func read(_ range: Range<Int>) throws(Failure) -> Bytes {
        try state.withLock { (state) throws(Failure) in try state.read(range) }
    }

    /// Lets go of everything before a position.
    package func discard(before position: Int) { state.withLock { $0.discard(before: position) } }

    private struct State: ~Copyable {
        private enum Storage {
            case memory(Bytes)
            /// Where the segment begins in the file.
            case file(Int)
        }

        private struct Segment {
            var range: Range<Int>
            var storage: Storage
        }

        /// Discarded room is given back a segment at a time.
        private static let longestFileSegment = 1 << 20

        let memoryLimit: Int
        var end = 0
        var inMemory = 0
        /// In order and without a gap; those before `first` are discarded.
        private var segments: [Segment] = []
        private var first = 0
        private var file: Int32 = -1
        private var fileEnd = 0
        /// The name of a file that is not ours.
        private var path: String?

        init(memoryLimit: Int) { self.memoryLimit = memoryLimit }

        init(reading path: String) throws(Failure) {
            memoryLimit = 0
            self.path = path
            // Without waiting: a pipe would be opened only when somebody writes to it. Opened for reading, it cannot be cut by
            // what is discarded.
            file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            guard file >= 0 else { throw Failure(description: "\(path) cannot be read: \(Self.reason())") }
            var status = stat()
            guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                throw Failure(description: "\(path) cannot be read: it is no regular file")
            }
            (end, fileEnd) = (Int(status.st_size), Int(status.st_size))
            if end > 0 { segments.append(Segment(range: 0..<end, storage: .file(0))) }
        }

        private static func reason() -> String { String(cString: strerror(errno)) }

        deinit { if file >= 0 { close(file) } }

        mutating func append(_ bytes: Bytes) throws(Failure) {
            let range = end..<end + bytes.count
            if inMemory + bytes.count <= memoryLimit {
                segments.append(Segment(range: range, storage: .memory(bytes)))
                inMemory += bytes.count
            } else {
                try write(bytes)
                if let last = segments.last, segments.count > first, case .file(let start) = last.storage,
                    start + last.range.count == fileEnd, last.range.count < Self.longestFileSegment
                {
                    segments[segments.count - 1].range = last.range.lowerBound..<range.upperBound
                } else {
                    segments.append(Segment(range: range, storage: .file(fileEnd)))
                }
                fileEnd += bytes.count
            }
            end = range.upperBound
        }

        mutating func read(_ range: Range<Int>) throws(Failure) -> Bytes {
            var index = indexOfSegment(at: range.lowerBound)
            if index < segments.count, case .memory(let bytes) = segments[index].storage,
                segments[index].range.upperBound >= range.upperBound
            {
                let start = range.lowerBound - segments[index].range.lowerBound
                return bytes.slice(start..<start + range.count)
            }
            var result = ContiguousArray<UInt8>()
            result.reserveCapacity(range.count)
            var position = range.lowerBound
            while position < range.upperBound, index < segments.count {
                let segment = segments[index]
                let part = position..<min(range.upperBound, segment.range.upperBound)
                let offset = position - segment.range.lowerBound
                switch segment.storage {
                case .memory(let bytes):
                    bytes.withUnsafeBytes { result.append(contentsOf: $0[offset..<offset + part.count]) }
                case .file(let start): try readFile(at: start + offset, count: part.count, into: &result)
                }
                position = part.upperBound
                index += 1
            }
            guard position == range.upperBound else {
                throw Failure(description: "bytes \(range) are not in the spool")
            }
            return Bytes(result)
        }

        mutating func discard(before position: Int) {
            while first < segments.count, segments[first].range.upperBound <= position {
                switch segments[first].storage {
                case .memory(let bytes):
                    inMemory -= bytes.count
                    segments[first].storage = .file(0)
                case .file(let start): giveBack(start..<start + segments[first].range.count)
                }
                first += 1
            }
            if first == segments.count {
                // Nothing of the file is wanted any more: it begins anew, and the disk has its room back.
                if file >= 0, fileEnd > 0, ftruncate(file, 0) == 0 { fileEnd = 0 }
            }
            if first > 1024, first > segments.count / 2 {
                segments.removeFirst(first)
                first = 0
            }
        }

        /// Room on the disk that a long run would otherwise fill, since a file's beginning cannot be cut off.
        private func giveBack(_ range: Range<Int>) {
            #if os(Linux)
                _ = ep_punch_hole(file, gint64(range.lowerBound), gint64(range.count))
            #endif
        }

        /// The segment that holds a position; the number of segments where none does.
        private func indexOfSegment(at position: Int) -> Int {
            var (low, high) = (first, segments.count)
            guard low < high, position >= segments[low].range.lowerBound else { return segments.count }
            while low < high {
                let middle = (low + high) / 2
                if segments[middle].range.upperBound <= position { low = middle + 1 } else { high = middle }
            }
            return low
        }

        // MARK: The file

        private mutating func write(_ bytes: Bytes) throws(Failure) {
            if file < 0 { file = try Self.openFile() }
            let (file, start) = (file, fileEnd)
            try bytes.withUnsafeBytes { (buffer) throws(Failure) in
                var written = 0
                while written < buffer.count {
                    let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
                    let count = pwrite(file, rest.baseAddress, rest.count, off_t(start + written))
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { throw Self.failure("cannot be written") }
                    written += count
                }
            }
        }

        private func readFile(at offset: Int, count: Int, into result: inout ContiguousArray<UInt8>) throws(Failure) {
            let (file, path) = (file, path)
            let part = withUnsafeTemporaryAllocation(byteCount: count, alignment: 1) {
                buffer -> Result<Void, Failure> in
                var done = 0
                while done < count {
                    let read = pread(file, buffer.baseAddress?.advanced(by: done), count - done, off_t(offset + done))
                    if read < 0, errno == EINTR { continue }
                    guard read > 0 else {
                        let reason = read == 0 ? "it has become shorter" : Self.reason()
                        return .failure(
                            path.map { Failure(description: "\($0) cannot be read: \(reason)") }
                                ?? Self.failure("cannot be read"))
                    }
                    done += read
                }
                result.append(contentsOf: buffer[..<count])
                return .success(())
            }
            try part.get()
        }

        private static func openFile() throws(Failure) -> Int32 {
            var name: UnsafeMutablePointer<CChar>?
            let file: Int32
            do {
                file = try throwing { g_file_open_tmp("elevenpipe-XXXXXX", &name, $0) }
            } catch {
                throw Failure(description: "a temporary file cannot be made: \(error.message)")
            }
            if let name { unlink(name) }
            g_free(name)
            return file
        }

        private static func failure(_ what: String) -> Failure {
            let code = errno
            let place = String(cString: g_get_tmp_dir())
            return Failure(
                description: "a temporary file in \(place) \(what): \(String(cString: strerror(code)))",
                isOutOfSpace: code == ENOSPC || code == EDQUOT)
        }
    }
}
