/// Cuts an input into the parts that a target needs: what chooses, and the texts that follow.
struct Cuts {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func byte() -> Int { Int(rest.popFirst() ?? 0) }

    /// Texts parted by bytes of 0xFF, which is in no UTF-8; the last of them has all that is left.
    mutating func texts(_ count: Int) -> [[UInt8]] {
        var texts = rest.split(separator: 0xFF, maxSplits: count - 1, omittingEmptySubsequences: false).map {
            Array($0)
        }
        while texts.count < count { texts.append([]) }
        rest = []
        return texts
    }

    mutating func all() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }
}
