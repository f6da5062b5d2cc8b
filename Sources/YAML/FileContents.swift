#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads whole files, up to a bound. Foundation would do it too, for 20 MB of memory.
package enum FileContents {
    /// Why a file could not be read.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package enum Reason: Equatable { case missing, unreadable, tooLarge }
        package let reason: Reason
        package let description: String
    }

    /// All bytes of a file; `-` is standard input.
    package static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        // A C string would end at the NUL, and another file would be read than the one named.
        if path.utf8.contains(0) { throw Failure(reason: .missing, description: "a file's name cannot hold NUL") }
        let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { if descriptor != 0 { close(descriptor) } }
        // Told at once of a file that says how large it is; a pipe or /proc does not.
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) > limit {
            throw tooLarge(limit)
        }
        var bytes: [UInt8] = []
        while true {
            let wanted = 1 << 16
            let before = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: wanted))
            let count = bytes.withUnsafeMutableBytes { buffer in
                buffer.baseAddress.map { readBytes(descriptor, $0 + before, wanted) } ?? 0
            }
            bytes.removeLast(wanted - max(0, count))
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(errno)
            }
            if count == 0 { return bytes }
            if bytes.count > limit { throw tooLarge(limit) }
        }
    }

    private static func tooLarge(_ limit: Int) -> Failure {
        Failure(reason: .tooLarge, description: "the file is larger than \(limit) bytes, the most that is read")
    }

    private static func readBytes(_ descriptor: Int32, _ start: UnsafeMutableRawPointer, _ count: Int) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, start, count)
        #else
            Darwin.read(descriptor, start, count)
        #endif
    }

    private static func failure(_ code: Int32) -> Failure {
        let reason: Failure.Reason = code == ENOENT || code == ENOTDIR ? .missing : .unreadable
        let words =
            switch code {
            case ENOENT, ENOTDIR: "there is no such file"
            case EACCES, EPERM: "the file may not be read: permission denied"
            case EISDIR: "this is a folder, not a file"
            default: "the file cannot be read: \(strerror(code).map { String(cString: $0) } ?? "error \(code)")"
            }
        return Failure(reason: reason, description: words)
    }
}
