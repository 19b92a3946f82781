/// A set of row numbers, which are small and dense: a bit each.
struct NumberSet {
    private var words: [UInt64] = []

    /// Whether it was not in the set before.
    mutating func insert(_ number: Int64) -> Bool {
        let (word, bit) = (Int(number >> 6), UInt64(1) << UInt64(number & 63))
        if word >= words.count {
            words.append(contentsOf: repeatElement(0, count: max(word + 1 - words.count, words.count)))
        }
        defer { words[word] |= bit }
        return words[word] & bit == 0
    }

    func contains(_ number: Int64) -> Bool {
        let word = Int(number >> 6)
        return word < words.count && words[word] & UInt64(1) << UInt64(number & 63) != 0
    }
}
