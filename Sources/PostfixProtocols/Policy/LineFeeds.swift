/// The line feeds of a text, one after the other.
///
/// The words of the text do not depend on each other, so that the processor looks at the next lines while it still works
/// on this one; a search that starts where the last one ended makes it wait for each result, and takes twice as long.
struct LineFeeds {
    private let end: Int
    /// Where the word after the current one starts.
    private var next: Int
    /// The line feeds of the current word that were not returned yet.
    private var positions: UInt64 = 0
    /// All that was looked at. It may reach behind the last line feed that was returned, by less than a word.
    private(set) var text = ByteWord.Text()

    /// - Precondition: `0 <= start`, and `end` is at most the count of the bytes that ``nextOffset(in:)`` is given.
    @inline(__always) init(from start: Int, to end: Int) {
        self.end = end
        next = start
    }

    /// The offset of the next line feed, `nil` if there is none before `end`.
    @inline(__always) mutating func nextOffset(in bytes: RawSpan) -> Int? {
        while positions == 0 {
            let word: ByteWord
            if next &+ ByteWord.stride <= end {
                // In bounds: the condition.
                word = ByteWord(bytes, at: next)
            } else if next < end {
                word = ByteWord(bytes, at: next, end: end)
            } else {
                return nil
            }
            text.add(word)
            positions = word.positions(of: .lineFeed)
            next &+= ByteWord.stride
        }
        let offset = next &- ByteWord.stride &+ positions.lowestByte
        positions &= positions &- 1
        return offset
    }
}
