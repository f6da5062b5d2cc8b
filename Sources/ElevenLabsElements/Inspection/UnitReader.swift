/// Walks through a stream that is made of units whose heads tell their lengths, without keeping more than a head.
struct UnitReader: Sendable {
    /// What the bytes at a place are.
    enum Reading: Sendable {
        /// It takes more of them to tell.
        case open
        /// A unit of so many bytes, of which some have been read.
        case unit(length: Int)
        /// The first of them belongs to nothing.
        case alien
    }

    /// The beginning of a unit, as far as it came.
    private var head: [UInt8] = []
    /// Bytes of a unit that are still to come.
    private(set) var missing = 0
    /// Bytes since the last unit, or since the beginning, that belong to nothing.
    private(set) var aliens = 0
    /// Those before it.
    private(set) var aliensBefore = 0
    /// Units that follow one another.
    private var run = 0
    /// Whether the first unit stood at the very beginning, or two have followed one another: one alone may be chance.
    private(set) var isInStep = false

    var isInsideUnit: Bool { missing > 0 || !head.isEmpty }

    /// - Parameter read: tells what a head is; called again with one byte more until it knows.
    mutating func take(_ bytes: UnsafeRawBufferPointer, read: (_ head: [UInt8]) -> Reading) {
        var index = 0
        while index < bytes.count {
            let skipped = min(missing, bytes.count - index)
            missing -= skipped
            index += skipped
            guard index < bytes.count else { return }
            head.append(bytes[index])
            index += 1
            resolve(read)
        }
    }

    private mutating func resolve(_ read: ([UInt8]) -> Reading) {
        while !head.isEmpty {
            switch read(head) {
            case .open: return
            case .unit(let length):
                run = aliens > 0 ? 1 : run + 1
                aliensBefore += aliens
                aliens = 0
                if aliensBefore == 0 || run > 1 { isInStep = true }
                // No head is longer than its unit.
                missing = max(0, length - head.count)
                head.removeAll(keepingCapacity: true)
            case .alien:
                aliens += 1
                head.removeFirst()
            }
        }
    }
}
