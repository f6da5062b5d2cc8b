/// A stretch of a recording that is also in another one, sample by sample.
struct HeardPiece {
    /// Where it begins in the recording, and in the one it is compared to.
    let start: Int
    let origin: Int
    let count: Int

    /// The longest such stretches, in the order of the recording. No four samples may come twice in the other one.
    static func pieces(of heard: [Int16], in original: [Int16]) -> [HeardPiece] {
        guard original.count > shortest else { return [] }
        var places: [[Int16]: Int] = [:]
        for index in 0..<original.count - 4 where original[index] != 0 {
            places[Array(original[index..<index + 4])] = index
        }
        var found: [HeardPiece] = []
        var start = 0
        while start < heard.count - shortest {
            guard heard[start] != 0, let origin = places[Array(heard[start..<start + 4])] else {
                start += 1
                continue
            }
            var count = 0
            while start + count < heard.count, origin + count < original.count,
                heard[start + count] == original[origin + count]
            {
                count += 1
            }
            if count >= shortest { found.append(HeardPiece(start: start, origin: origin, count: count)) }
            start += max(count, 1)
        }
        return found
    }

    /// Fewer samples may be alike by chance.
    private static let shortest = 24
}
