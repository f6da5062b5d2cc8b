/// How far apart two names are, in letters added, dropped, changed or swapped with a neighbour.
enum EditDistance {
    /// The known name that is most likely meant; nil where none is near.
    static func nearest(to name: String, among known: [String]) -> String? {
        let lower = name.lowercased()
        let ranked = known.map { (name: $0, distance: between(lower, $0)) }.sorted { $0.distance < $1.distance }
        if let best = ranked.first, best.distance <= max(1, best.name.count / 3) { return best.name }
        return known.first { lower.count >= 3 && ($0.hasPrefix(lower) || $0.contains(lower)) }
    }

    static func between(_ one: String, _ other: String) -> Int {
        let (a, b) = (Array(one.prefix(64)), Array(other.prefix(64)))
        var table = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
        for row in 0...a.count { table[row][0] = row }
        for column in 0...b.count { table[0][column] = column }
        for row in 0..<a.count {
            for column in 0..<b.count {
                var best = min(table[row][column + 1] + 1, table[row + 1][column] + 1)
                best = min(best, table[row][column] + (a[row] == b[column] ? 0 : 1))
                if row > 0, column > 0, a[row] == b[column - 1], a[row - 1] == b[column] {
                    best = min(best, table[row - 1][column - 1] + 1)
                }
                table[row + 1][column + 1] = best
            }
        }
        return table[a.count][b.count]
    }
}
