/// Reads a milter's answers from one connection.
struct MilterAnswers {
    private var buffer: [UInt8] = []
    private var start = 0
    private static let longest = 1 << 20

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: true)
            start = 0
        }
        buffer += bytes
    }

    /// The next answer's letter and content, if all of it is there.
    ///
    /// - Throws: ``MilterLoadClient/Failure``.
    mutating func next() throws(MilterLoadClient.Failure) -> (letter: UInt8, content: ArraySlice<UInt8>)? {
        guard buffer.count - start >= 5 else { return nil }
        let length = buffer[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        guard length > 0, length <= Self.longest else { throw .noAnswer("a length of \(length)") }
        guard buffer.count - start >= 4 + length else { return nil }
        defer { start += 4 + length }
        return (buffer[start + 4], buffer[start + 5..<start + 4 + length])
    }
}
