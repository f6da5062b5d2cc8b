import GLib

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Moves a voice's pitch and its formants, each by a factor of its own, and leaves every word where it was (PSOLA).
///
/// The signal is taken apart into grains, two periods of the new voice long, one at each period of the old. Each is read
/// faster or slower, which moves the formants, and the grains are laid down closer or farther apart, which moves the
/// pitch. GStreamer's `pitch` can only move both together. Sounds without a pitch keep their rhythm, and get the formants.
///
/// What comes out does not depend on how the input was cut, and is as long as it.
struct VoiceShifter {
    /// Samples a second (Hz) that it is made for.
    static let sampleRate = 16000

    /// A grain's spacing where there is no pitch.
    private static let unvoicedPeriod = 80
    /// What the tracker may look at behind a place: at a voice's beginning it looks again up to a period later.
    private static let lookAhead = 2 * PitchTracker.reach
    private static let lookBehind = 1024
    /// The cosine of the windows, from their middle to their end.
    private static let window: [Float] = (0...1024).map { Float(0.5 + 0.5 * cos(Double.pi * Double($0) / 1024)) }

    private let conversion: VoiceConversion
    private var tracker = PitchTracker()

    /// The signal from ``start`` on, and the same at a quarter of the rate.
    private var input: [Float] = Array(repeating: 0, count: lookBehind)
    private var quarter: [Float] = Array(repeating: 0, count: lookBehind / 4)
    private var start = -lookBehind
    /// How many samples came in.
    private var inputCount = 0

    /// The middle of the next grain in the input, and in the output.
    private var mark = 0
    private var place = 0.0
    private var isVoiced = false

    /// The sums of grains and of their windows from ``outputStart`` on.
    private var output: [Float] = []
    private var weight: [Float] = []
    private var outputStart = 0

    init(_ conversion: VoiceConversion) { self.conversion = conversion }

    /// Takes 16-bit samples and gives those that are ready.
    mutating func shift(_ samples: Bytes) -> Bytes {
        samples.withUnsafeBytes { bytes in
            let samples = bytes.bindMemory(to: Int16.self)
            input.reserveCapacity(input.count + samples.count)
            var index = 0
            while index < samples.count {
                input.append(Float(Int16(littleEndian: samples[index])))
                index += 1
            }
            inputCount += samples.count
        }
        advance(to: inputCount - Self.lookAhead)
        // No later grain reaches back as far as this.
        return take(through: Int(place) - Self.lookAhead)
    }

    /// Gives the samples that are left.
    mutating func finish() -> Bytes {
        input.append(contentsOf: repeatElement(0, count: Self.lookAhead + 4))
        advance(to: inputCount)
        return take(through: inputCount)
    }

    /// Lays grains down for every period that begins before a place of the input.
    private mutating func advance(to end: Int) {
        fillQuarter()
        while mark < end {
            var period = period(at: mark)
            if let found = period, !isVoiced {
                // A voice begins: from here on the grains' middles are its loudest places, where the throat closes.
                mark = loudest(in: mark..<mark + found)
                period = self.period(at: mark) ?? found
            }
            isVoiced = period != nil
            let step = period ?? Self.unvoicedPeriod
            let spacing = Double(step) / (isVoiced ? conversion.pitch : 1)
            let middle = Double(mark) + Double(step) / 2
            while place < middle {
                addGrain(spacing: spacing)
                place += spacing
            }
            mark += step
        }
        let unused = (mark - Self.lookBehind - start) & ~3
        if unused > 1 << 14 {
            input.removeFirst(unused)
            quarter.removeFirst(unused / 4)
            start += unused
        }
    }

    private mutating func fillQuarter() {
        while quarter.count * 4 + 4 <= input.count {
            let index = quarter.count * 4
            quarter.append((input[index] + input[index + 1] + input[index + 2] + input[index + 3]) / 4)
        }
    }

    private mutating func period(at mark: Int) -> Int? {
        input.withUnsafeBufferPointer { input in
            quarter.withUnsafeBufferPointer { quarter in
                guard let samples = input.baseAddress, let low = quarter.baseAddress else { return nil }
                return tracker.period(at: mark - start, in: samples, quarter: low)
            }
        }
    }

    private func loudest(in range: Range<Int>) -> Int {
        range.max { abs(input[$0 - start]) < abs(input[$1 - start]) } ?? range.lowerBound
    }

    /// Adds the sound around ``mark`` at ``place``, under a window that ends where the next grain's middle is.
    private mutating func addGrain(spacing: Double) {
        let (first, last) = (max(Int((place - spacing).rounded(.up)), outputStart), Int(place + spacing))
        guard first <= last else { return }
        let missing = last + 1 - outputStart - output.count
        if missing > 0 {
            output.append(contentsOf: repeatElement(0, count: missing))
            weight.append(contentsOf: repeatElement(0, count: missing))
        }
        let (formants, middle, place, outputStart) = (conversion.formants, Double(mark - start), place, outputStart)
        let scale = 1024 / spacing
        Self.window.withUnsafeBufferPointer { window in
            input.withUnsafeBufferPointer { input in
                output.withUnsafeMutableBufferPointer { output in
                    weight.withUnsafeMutableBufferPointer { weight in
                        var index = first
                        while index <= last {
                            let offset = Double(index) - place
                            let factor = window[min(Int(abs(offset) * scale), 1024)]
                            let source = middle + offset * formants
                            let left = Int(source)
                            let part = Float(source - Double(left))
                            let value = input[left] + (input[left + 1] - input[left]) * part
                            output[index - outputStart] += factor * value
                            weight[index - outputStart] += factor
                            index += 1
                        }
                    }
                }
            }
        }
    }

    /// The finished samples before a place, rounded and little-endian.
    private mutating func take(through end: Int) -> Bytes {
        let count = end - outputStart
        guard count > 0 else { return Bytes([]) }
        var bytes = ContiguousArray<UInt8>()
        bytes.reserveCapacity(2 * count)
        var index = 0
        while index < count {
            // A voice that slows down leaves gaps between its windows: they stay quiet rather than be made loud.
            let value = index < output.count ? output[index] / max(weight[index], 0.5) : 0
            let sample = UInt16(bitPattern: Int16(max(-32768, min(32767, value.rounded()))))
            bytes.append(UInt8(truncatingIfNeeded: sample))
            bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
            index += 1
        }
        output.removeFirst(min(count, output.count))
        weight.removeFirst(min(count, weight.count))
        outputStart = end
        return Bytes(bytes)
    }
}
