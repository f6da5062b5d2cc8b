internal import CSoup
internal import GLib

/// A `GInputStream` over the pieces of a request's body. What is spooled is read a block at a time, in GIO's worker thread,
/// which may wait for the disk.
///
/// It cannot seek, and need not: libsoup 3.2.3 never rewinds a body, it asks for a new one (`restarted`).
enum PieceStream {
    /// Of the errors of reading what is spooled.
    static let errorDomain = "elevenpipe-spool-error-quark"

    static func make(over pieces: [HTTPBody.Piece]) -> ObjectReference? {
        guard let stream = newObject(type, []) else { return nil }
        g_object_set_qdata_full(
            stream.pointer, readerQuark, CallbackBox(PieceReader(pieces)).retained(), releaseCallbackBox)
        return stream
    }

    private static let type: GType = {
        var query = GTypeQuery()
        g_type_query(g_input_stream_get_type(), &query)
        var info = GTypeInfo()
        info.class_size = guint16(query.class_size)
        info.instance_size = guint16(query.instance_size)
        info.class_init = { gClass, _ in gClass?.assumingMemoryBound(to: GInputStreamClass.self).pointee.read_fn = read
        }
        return g_type_register_static(
            g_input_stream_get_type(), "ElevenPipePieceStream", &info, G_TYPE_FLAG_FINAL)
    }()
}

// Not the static string: Swift hands C a copy that it frees.
private let readerQuark = g_quark_from_string("elevenpipe-piece-reader")
private let spoolErrorQuark = g_quark_from_string(PieceStream.errorDomain)

private let read:
    @convention(c) (
        UnsafeMutablePointer<GInputStream>?, UnsafeMutableRawPointer?, gsize, UnsafeMutablePointer<GCancellable>?,
        UnsafeMutablePointer<UnsafeMutablePointer<GError>?>?
    ) -> gssize = { stream, buffer, count, cancellable, failure in
        let object = UnsafeMutableRawPointer(stream)?.assumingMemoryBound(to: GObject.self)
        guard let object, let reader = CallbackBox<PieceReader>.payload(at: g_object_get_qdata(object, readerQuark)),
            g_cancellable_set_error_if_cancelled(cancellable, failure) == 0
        else { return -1 }
        do throws(Spool.Failure) {
            return gssize(try reader.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(count))))
        } catch {
            g_set_error_literal(failure, spoolErrorQuark, 0, error.description)
            return -1
        }
    }

/// Reads pieces one after the other.
///
/// A GInputStream has one reader at a time, and GIO orders one read's thread before the next one's.
private final class PieceReader {
    private static let blockSize = 64 << 10

    private var pieces: ArraySlice<HTTPBody.Piece>
    /// How much of the first piece was taken for blocks.
    private var taken = 0
    private var block: Bytes?
    private var readOfBlock = 0

    init(_ pieces: [HTTPBody.Piece]) { self.pieces = pieces[...] }

    /// - Returns: how many bytes were read, 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(Spool.Failure) -> Int {
        var filled = 0
        while filled < buffer.count {
            if block == nil { block = try nextBlock() }
            guard let block else { break }
            let count = min(block.count - readOfBlock, buffer.count - filled)
            block.withUnsafeBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[readOfBlock..<readOfBlock + count]))
            }
            filled += count
            readOfBlock += count
            if readOfBlock == block.count { (self.block, readOfBlock) = (nil, 0) }
        }
        return filled
    }

    private func nextBlock() throws(Spool.Failure) -> Bytes? {
        while let piece = pieces.first {
            let rest = piece.count - taken
            guard rest > 0 else {
                pieces.removeFirst()
                taken = 0
                continue
            }
            switch piece {
            case .bytes(let bytes):
                taken = bytes.count
                return bytes
            case .spooled(let spool, let range):
                let start = range.lowerBound + taken
                let count = min(rest, Self.blockSize)
                taken += count
                return try spool.read(start..<start + count)
            }
        }
        return nil
    }
}
