import Testing

@testable import GLib

@Suite("A spool")
struct SpoolTests {
    private static func bytes(_ count: Int, from start: Int) -> Bytes {
        Bytes((start..<start + count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) })
    }

    @Test(
        "gives back what was appended, whatever lies in memory and what in the file",
        arguments: [0, 100, 4096, 1 << 20])
    func roundTrip(memoryLimit: Int) throws {
        let spool = Spool(memoryLimit: memoryLimit)
        for size in [1, 999, 4000, 50000, 3] { try spool.append(Self.bytes(size, from: spool.count)) }
        #expect(spool.count == 55003)
        #expect(spool.bytesInMemory <= memoryLimit)
        for range in [0..<1, 0..<55003, 998..<1002, 4990..<5010, 54999..<55003, 10..<10] {
            let isSame = try spool.read(range).array == Self.bytes(range.count, from: range.lowerBound).array
            #expect(isSame, "\(range)")
        }
    }

    @Test("lets go of what is discarded, and uses its memory again")
    func discarding() throws {
        let spool = Spool(memoryLimit: 10000)
        for step in 0..<2000 {
            try spool.append(Self.bytes(1000, from: spool.count))
            let start = max(0, step - 4) * 1000
            let isSame = try spool.read(start..<spool.count).array == Self.bytes(spool.count - start, from: start).array
            #expect(isSame)
            spool.discard(before: start)
        }
        #expect(spool.bytesInMemory <= 6000)
        #expect(throws: Spool.Failure.self) { try spool.read(0..<10) }
    }

    @Test("holds far more than its memory, a piece discarded at a time")
    func longRun() throws {
        let spool = Spool(memoryLimit: 1 << 16)
        let piece = Self.bytes(1 << 16, from: 0)
        for index in 0..<1000 {
            try spool.append(piece)
            if index > 100 { spool.discard(before: (index - 100) << 16) }
        }
        let isSame = try spool.read((999 << 16)..<(1000 << 16)).array == piece.array
        #expect(isSame)
    }
}
