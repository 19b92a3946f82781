/// Finds what was meant by a mistyped word.
enum NearestWord {
    /// The nearest of the words, if it is near enough to be meant: a third of the letters may differ.
    static func of(_ word: String, among known: [String]) -> String? {
        let distances = known.map { (word: $0, distance: distance(word.lowercased(), $0.lowercased())) }
        let nearest = distances.min { ($0.distance, $0.word) < ($1.distance, $1.word) }
        guard let nearest, nearest.distance <= max(2, max(word.count, nearest.word.count) / 3) else { return nil }
        // Two letters of a short word are most of it.
        return nearest.distance < max(word.count, nearest.word.count) - 1 ? nearest.word : nil
    }

    /// Damerau's distance with neighbours swapped (optimal string alignment).
    static func distance(_ one: String, _ other: String) -> Int {
        let left = Array(one.utf8.prefix(64))
        let right = Array(other.utf8.prefix(64))
        var rows = [[Int]](repeating: [Int](repeating: 0, count: right.count + 1), count: left.count + 1)
        for row in 0...left.count { rows[row][0] = row }
        for column in 0...right.count { rows[0][column] = column }
        for row in left.indices {
            for column in right.indices {
                let cost = left[row] == right[column] ? 0 : 1
                var best = min(rows[row][column + 1] + 1, rows[row + 1][column] + 1, rows[row][column] + cost)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, rows[row - 1][column - 1] + 1)
                }
                rows[row + 1][column + 1] = best
            }
        }
        return rows[left.count][right.count]
    }
}
