import GLib

/// A piece of an answer's audio: bytes as they came from the network, shared and never copied until somebody asks for a copy.
///
/// Pieces end anywhere, also in the middle of a sample or of a frame. A copy is made by `[UInt8](bytes)` or
/// `data.append(contentsOf: bytes)`.
public struct AudioBytes: Sendable {
    let storage: Bytes

    init(_ storage: Bytes) { self.storage = storage }

    /// Lends the bytes without a copy, bounds-checked.
    public func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withUnsafeBytes { buffer throws(Failure) in try body(buffer.bytes) }
    }

    /// Lends the bytes without a copy, for C. The pointer must not be used after the closure has returned.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withUnsafeBytes(body)
    }
}

extension AudioBytes: RandomAccessCollection {
    /// Zero.
    public var startIndex: Int { 0 }
    /// The number of bytes.
    public var endIndex: Int { storage.count }

    /// One byte. For many of them, ``withBytes(_:)`` is faster.
    public subscript(position: Int) -> UInt8 { withUnsafeBytes { $0[position] } }

    /// Lends the bytes to the standard library's copying functions.
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try storage.withUnsafeBytes { try $0.withMemoryRebound(to: UInt8.self, body) }
    }
}
