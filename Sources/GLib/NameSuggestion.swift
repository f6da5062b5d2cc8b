/// Finds the name that somebody probably meant.
package enum NameSuggestion {
    /// The nearest of some names, where one is near enough to be meant.
    package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = normalised(name)
        // A name of two letters is near to everything; a very long one is no typing error.
        guard (2...64).contains(wanted.count) else { return nil }
        let limit = wanted.count < 5 ? 1 : wanted.count < 9 ? 2 : 3
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let other = normalised(candidate)
            guard abs(other.count - wanted.count) <= limit else { continue }
            let distance = distance(wanted, other)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    private static func normalised(_ name: String) -> [UInt8] {
        name.lowercased().utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
    }

    /// How many letters to insert, remove, replace or swap with their neighbour (Damerau and Levenshtein, restricted).
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for column in right.indices {
                let cost = left[row] == right[column] ? 0 : 1
                var best = min(last[column + 1] + 1, current[column] + 1, last[column] + cost)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
