#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum TemporaryFile {
    static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    static func remove(_ path: String) { unlink(path) }
}
