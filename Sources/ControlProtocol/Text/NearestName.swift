/// The known name that a mistyped one most likely stands for, for error messages.
///
/// - Returns: `nil` when none is near: more than two letters, or a third of a long word's, would have to change, or all
///   but one of a short one's.
package func nearestName(to typed: String, among known: some Sequence<String>) -> String? {
    let letters = Array(typed.lowercased().unicodeScalars.prefix(64))
    let near = known.map { (name: $0, distance: editDistance(letters, Array($0.lowercased().unicodeScalars))) }
        .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let near else { return nil }
    let length = max(letters.count, near.name.count)
    guard near.distance <= max(2, length / 3), near.distance < length - 1 || near.distance == 0 else { return nil }
    return near.name
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other (optimal string alignment).
private func editDistance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...other.count)
    for row in one.indices {
        var current = [row + 1]
        for column in other.indices {
            let same = one[row] == other[column]
            var best = min(last[column + 1] + 1, current[column] + 1, last[column] + (same ? 0 : 1))
            if row > 0, column > 0, one[row] == other[column - 1], one[row - 1] == other[column] {
                best = min(best, beforeLast[column - 1] + 1)
            }
            current.append(best)
        }
        (beforeLast, last) = (last, current)
    }
    return last[other.count]
}
