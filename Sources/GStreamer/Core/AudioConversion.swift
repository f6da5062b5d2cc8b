import CGStreamer
package import GLib
import Synchronization

/// Raw audio of any kind in, interleaved 16-bit little-endian samples of one rate and channel count out: what
/// `audioconvert ! audioresample` does, as one call.
///
/// What comes out is as long as what went in, to the sample: the resampler's delay is filled by ``drain()``.
package final class AudioConversion: Sendable {
    /// The caps cannot be converted, or the memory of a buffer cannot be read; one sentence.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    private let converter: Mutex<Converter>

    /// - Parameters:
    ///   - caps: fixed caps of raw audio, as a CAPS event has them.
    ///   - rate: samples a second of what comes out (Hz).
    package init(from caps: String, rate: Int = 16_000, channels: Int = 1) throws(Failure) {
        converter = Mutex(try Converter(caps, rate, channels))
    }

    /// Converts the next buffer. What comes out may lag behind by the resampler's delay.
    package func convert(_ buffer: borrowing Buffer) throws(Failure) -> Bytes {
        // Borrowed for the time of the call, in which this thread alone uses it.
        nonisolated(unsafe) let pointer = buffer.pointer
        return try converter.withLock { (converter) throws(Failure) in try converter.convert(pointer) }
    }

    /// The part of a buffer that a segment plays; nil where that is nothing.
    package func clip(_ buffer: consuming Buffer, to segment: Segment?) -> Buffer? {
        guard let segment, segment.isInTime else { return buffer }
        let (rate, frameSize) = converter.withLock { $0.inputFormat }
        // Transfer full both ways.
        let pointer = buffer.take()
        return segment.withPointer { gst_audio_buffer_clip(pointer, $0, rate, frameSize) }.map { Buffer(adopting: $0) }
    }

    /// Converts silence, as for a gap: up to a minute at once, so that the answer has a bound.
    /// - Returns: the bytes, and the time for which silence is still missing.
    package func silence(_ duration: Duration) -> (bytes: Bytes, rest: Duration) {
        let now = min(duration, .seconds(60))
        return (converter.withLock { $0.silence(now) }, duration - now)
    }

    /// What is still to come after the last buffer. The next one starts anew.
    package func drain() -> Bytes { converter.withLock { $0.drain() } }
}

/// A `GstAudioConverter` and, where the rates differ, a `GstAudioResampler` after it. Not one converter for both: in 1.22 that
/// one crashes where a short buffer gives no sample yet (its quantizer takes the missing samples for some).
///
/// Sendable: what it points to is its own, and no thread of GStreamer's uses it.
private struct Converter: ~Copyable, @unchecked Sendable {
    private let converter: OpaquePointer
    private var resampler: OpaquePointer?
    private let input: UnsafeMutablePointer<GstAudioInfo>
    private let rate: Int
    private let channels: Int
    private let bytesPerFrame: Int
    private var framesIn = 0
    private var framesOut = 0

    var inputFormat: (rate: gint, frameSize: gint) { (input.pointee.rate, input.pointee.bpf) }

    init(_ text: String, _ rate: Int, _ channels: Int) throws(AudioConversion.Failure) {
        guard let caps = Caps(text), caps.isRawAudio, gst_caps_is_fixed(caps.pointer) != 0 else {
            throw AudioConversion.Failure(description: "these are not the caps of one kind of raw audio: '\(text)'")
        }
        let input = UnsafeMutablePointer<GstAudioInfo>.allocate(capacity: 1)
        input.initialize(to: GstAudioInfo())
        var output = GstAudioInfo()
        guard gst_audio_info_from_caps(input, caps.pointer) != 0, input.pointee.rate > 0, input.pointee.bpf > 0,
            case () = gst_audio_info_set_format(
                &output, GST_AUDIO_FORMAT_S16LE, input.pointee.rate, gint(channels), nil),
            let converter = gst_audio_converter_new(
                GST_AUDIO_CONVERTER_FLAG_NONE, input, &output, Self.mixing(input.pointee, to: channels))
        else {
            input.deallocate()
            throw AudioConversion.Failure(description: "raw audio of this kind cannot be converted: '\(text)'")
        }
        self.input = input
        self.converter = converter
        self.rate = rate
        self.channels = channels
        bytesPerFrame = Int(output.bpf)
        resampler = makeResampler()
    }

    deinit {
        gst_audio_converter_free(converter)
        if let resampler { gst_audio_resampler_free(resampler) }
        input.deallocate()
    }

    /// Channels without positions are not mixed by themselves, all but the first ones would be lost: their mean it is.
    private static func mixing(_ input: GstAudioInfo, to channels: Int) -> UnsafeMutablePointer<GstStructure>? {
        guard input.flags.rawValue & GST_AUDIO_FLAG_UNPOSITIONED.rawValue != 0, input.channels > channels else {
            return nil
        }
        let matrix = Value(type: gst_value_array_get_type())
        let row = Value(type: gst_value_array_get_type())
        let part = Value(type: .float)
        g_value_set_float(part.pointer, 1 / gfloat(input.channels))
        for _ in 0..<input.channels { part.withPointer { gst_value_array_append_value(row.pointer, $0) } }
        for _ in 0..<channels { row.withPointer { gst_value_array_append_value(matrix.pointer, $0) } }
        let configuration = gst_structure_new_empty("configuration")
        matrix.withPointer { gst_structure_set_value(configuration, GST_AUDIO_CONVERTER_OPT_MIX_MATRIX, $0) }
        return configuration  // The converter takes it over.
    }

    /// Resamples as audioresample does where nothing is set; nil where nothing is to do.
    private func makeResampler() -> OpaquePointer? {
        guard input.pointee.rate != rate else { return nil }
        let options = gst_structure_new_empty("options")
        defer { gst_structure_free(options) }
        let (method, from, to) = (GST_AUDIO_RESAMPLER_METHOD_KAISER, input.pointee.rate, gint(rate))
        gst_audio_resampler_options_set_quality(
            method, guint(GST_AUDIO_RESAMPLER_QUALITY_DEFAULT), from, to, options)
        return gst_audio_resampler_new(
            method, GST_AUDIO_RESAMPLER_FLAG_NONE, GST_AUDIO_FORMAT_S16LE, gint(channels), from, to, options)
    }

    mutating func convert(
        _ buffer: UnsafeMutablePointer<GstBuffer>
    ) throws(AudioConversion.Failure) -> Bytes {
        let frames = Int(gst_buffer_get_size(buffer)) / Int(input.pointee.bpf)
        if buffer.pointee.mini_object.flags & guint(GST_BUFFER_FLAG_GAP.rawValue) != 0 {
            return resample(nil, frames: frames)
        }
        if input.pointee.layout == GST_AUDIO_LAYOUT_INTERLEAVED {
            var map = GstMapInfo()
            guard gst_buffer_map(buffer, &map, GST_MAP_READ) != 0 else { throw Self.unreadable }
            defer { gst_buffer_unmap(buffer, &map) }
            var planes: [gpointer?] = [UnsafeMutableRawPointer(map.data)]
            return convert(&planes, frames: frames)
        }
        // On the heap, since its pointer to the planes points into itself.
        let audio = UnsafeMutablePointer<GstAudioBuffer>.allocate(capacity: 1)
        defer { audio.deallocate() }
        audio.initialize(to: GstAudioBuffer())
        guard gst_audio_buffer_map(audio, input, buffer, GST_MAP_READ) != 0 else { throw Self.unreadable }
        defer { gst_audio_buffer_unmap(audio) }
        return convert(audio.pointee.planes, frames: Int(audio.pointee.n_samples))
    }

    private static var unreadable: AudioConversion.Failure {
        AudioConversion.Failure(description: "the memory of an audio buffer cannot be read")
    }

    mutating func silence(_ duration: Duration) -> Bytes {
        resample(nil, frames: scaled(Int(duration.clockTime), by: Int(input.pointee.rate), over: 1_000_000_000))
    }

    mutating func drain() -> Bytes {
        let missing = scaled(framesIn, by: rate, over: Int(input.pointee.rate)) - framesOut
        var rest = Bytes([])
        if let resampler, missing > 0 {
            let silence = gst_audio_resampler_get_in_frames(resampler, gsize(missing))
            rest = resample(nil, frames: Int(silence))
            rest = rest.slice(0..<min(rest.count, missing * bytesPerFrame))
        }
        // A new one: after a reset the old one gives other samples than at first (1.22).
        if let resampler { gst_audio_resampler_free(resampler) }
        resampler = makeResampler()
        framesIn = 0
        framesOut = 0
        return rest
    }

    private func scaled(_ value: Int, by factor: Int, over divisor: Int) -> Int {
        Int(gst_util_uint64_scale_round(guint64(value), guint64(factor), guint64(divisor)))
    }

    private mutating func convert(_ planes: UnsafeMutablePointer<gpointer?>?, frames: Int) -> Bytes {
        guard frames > 0 else { return Bytes([]) }
        let converted = Self.fill(frames * bytesPerFrame) { out in
            gst_audio_converter_samples(
                converter, GST_AUDIO_CONVERTER_FLAG_NONE, planes, gsize(frames), out, gsize(frames))
        }
        return resample(converted, frames: frames)
    }

    /// - Parameter samples: nil for silence.
    private mutating func resample(_ samples: Bytes?, frames: Int) -> Bytes {
        guard frames > 0 else { return Bytes([]) }
        let count = resampler.map { Int(gst_audio_resampler_get_out_frames($0, gsize(frames))) } ?? frames
        framesIn += frames
        framesOut += count
        guard let resampler else { return samples ?? Self.fill(count * bytesPerFrame) { _ in } }
        return Self.fill(count * bytesPerFrame) { out in
            guard let samples else {
                return gst_audio_resampler_resample(resampler, nil, gsize(frames), out, gsize(count))
            }
            samples.withUnsafeBytes { bytes in
                var planes: [gpointer?] = [UnsafeMutableRawPointer(mutating: bytes.baseAddress)]
                gst_audio_resampler_resample(resampler, &planes, gsize(frames), out, gsize(count))
            }
        }
    }

    /// Bytes that a C function writes into its first plane; zero where it writes nothing.
    private static func fill(_ count: Int, _ body: (UnsafeMutablePointer<gpointer?>) -> Void) -> Bytes {
        var planes: [gpointer?] = [g_malloc0(gsize(max(count, 1)))]
        body(&planes)
        return Bytes(adopting: g_bytes_new_take(planes[0], gsize(count)))
    }
}
