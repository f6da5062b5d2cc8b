import GLib
import GStreamer
import Synchronization

/// Watches a pipeline's pads for raw audio: when the first decoded sample passes, how much passes, and how loud it is.
///
/// Every pad it is put on is watched for one buffer only, but for the first that carries raw audio: that one is the meter.
final class AudioTap: Sendable {
    /// What the meter has seen.
    struct Reading: Sendable {
        /// Since the meter's first buffer: samples per channel over the rate.
        var length: Duration = .zero
        /// The loudest sample since the last reading was taken, 0 to 1; nil where the format is not one we measure.
        var peak: Double?
    }

    private struct State {
        var meter: String?
        var format: AudioInfo?
        var frames: Int64 = 0
        var peak: Double = 0
        var ignored: Set<String> = []
    }

    private let state = Mutex(State())
    private let onFirstAudio: @Sendable (Duration) -> Void

    /// - Parameter onFirstAudio: called once, on a streaming thread, with the moment on the monotonic clock.
    init(onFirstAudio: @escaping @Sendable (Duration) -> Void) { self.onFirstAudio = onFirstAudio }

    /// Leaves out elements whose audio nobody hears as it is. Before anything is watched.
    func ignore(_ names: Set<String>) { state.withLock { $0.ignored = names } }

    /// Watches a source pad of an element, named so that it is told from the others.
    func watch(_ pad: Pad, as name: String) {
        guard !state.withLock({ $0.ignored.contains(name) }) else { return }
        // Not the pad itself: the probe belongs to the pad, and would keep it for ever.
        let watched = WeakPad(pad)
        pad.probeBuffers { [self] buffer in note(buffer, on: watched, name) }
    }

    private func note(_ buffer: borrowing BufferView, on pad: WeakPad, _ name: String) -> Pad.ProbeVerdict {
        let now = MonotonicTime.now
        let meter = state.withLock { $0.meter }
        if let meter, meter != name { return .removeProbe }
        if meter == nil {
            guard let format = pad.pad?.audioInfo else { return .removeProbe }
            let isFirst = state.withLock { state in
                guard state.meter == nil else { return false }
                state.meter = name
                state.format = format
                return true
            }
            guard isFirst else { return .removeProbe }
            onFirstAudio(now)
        }
        measure(buffer)
        return .keep
    }

    private func measure(_ buffer: borrowing BufferView) {
        guard let format = state.withLock({ $0.format }), format.bytesPerFrame > 0 else { return }
        let frames = Int64(buffer.count / format.bytesPerFrame)
        let peak = buffer.withUnsafeBytes { Self.peak(of: $0, format: format.name) } ?? 0
        state.withLock { state in
            state.frames += frames
            state.peak = max(state.peak, peak)
        }
    }

    private static func peak(of bytes: UnsafeRawBufferPointer, format: String) -> Double {
        // A buffer may begin anywhere, so nothing here is sure to be aligned.
        switch format {
        case "S16LE":
            stride(from: 0, to: bytes.count & ~1, by: 2).reduce(0) { peak, offset in
                let sample = Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int16.self))
                return max(peak, Double(sample.magnitude) / 32768)
            }
        case "F32LE":
            stride(from: 0, to: bytes.count & ~3, by: 4).reduce(0) { peak, offset in
                max(peak, Double(abs(bytes.loadUnaligned(fromByteOffset: offset, as: Float.self))))
            }
        default: 0
        }
    }

    /// What was seen so far; the peak starts anew. nil before the first raw audio.
    func read() -> Reading? {
        state.withLock { state in
            guard let format = state.format else { return nil }
            defer { state.peak = 0 }
            return Reading(
                length: Duration(samples: state.frames, rate: format.rate),
                peak: ["S16LE", "F32LE"].contains(format.name) ? state.peak : nil)
        }
    }
}
