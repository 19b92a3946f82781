/// Names as bytes, each with a dense number; compared without regard to ASCII case.
///
/// A million names take some 40 MB: the bytes lie in one array, and looking one up makes no `String`.
package struct NameTable: Sendable {
    private var bytes: ContiguousArray<UInt8> = []
    /// Where each name begins, and at the end where the last one ends.
    private var starts: ContiguousArray<UInt32> = [0]
    /// Open addressing with linear probing; a number plus one, or 0 where free.
    private var slots: ContiguousArray<UInt32>
    private let seed: UInt64

    /// - Parameter seed: keeps others from choosing names that collide.
    package init(seed: UInt64, capacity: Int = 64) {
        self.seed = seed
        var size = 128
        while size < capacity * 2 { size *= 2 }
        slots = ContiguousArray(repeating: 0, count: size)
        starts.reserveCapacity(capacity + 1)
    }

    package var count: Int { starts.count - 1 }

    @inline(__always)
    package static func folded(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    package func find(_ name: Span<UInt8>) -> Int? { find(name, hash: hash(of: name)) }

    /// - Parameter hash: the name's, from ``hash(of:)``.
    package func find(_ name: Span<UInt8>, hash: UInt64) -> Int? {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if matches(number, name) { return number }
            slot = (slot + 1) & mask
        }
        return nil
    }

    package func hash(of name: Span<UInt8>) -> UInt64 { Self.hash(name, seed: seed) }

    func prefetchSlot(of hash: UInt64) {
        prefetch(slots, at: Int(truncatingIfNeeded: hash) & (slots.count - 1))
    }

    /// The number of the name that is probably the one with this hash.
    func likely(_ hash: UInt64) -> Int? {
        let number = Int(slots[Int(truncatingIfNeeded: hash) & (slots.count - 1)]) - 1
        guard number >= 0 else { return nil }
        prefetch(starts, at: number)
        return number
    }

    package func find(_ name: String) -> Int? {
        var name = name
        return name.withUTF8 { find($0.span) }
    }

    private func matches(_ number: Int, _ name: Span<UInt8>) -> Bool {
        let start = Int(starts[number])
        guard Int(starts[number + 1]) - start == name.count else { return false }
        for index in name.indices where bytes[start + index] != Self.folded(name[index]) { return false }
        return true
    }

    /// The number of a name, which is added if it is new.
    package mutating func intern(_ name: Span<UInt8>) -> Int {
        if let found = find(name) { return found }
        if (count + 1) * 2 > slots.count { grow() }
        for index in name.indices { bytes.append(Self.folded(name[index])) }
        starts.append(UInt32(bytes.count))
        place(count - 1)
        return count - 1
    }

    package mutating func intern(_ name: String) -> Int {
        var name = name
        return name.withUTF8 { intern($0.span) }
    }

    private mutating func place(_ number: Int) {
        let mask = slots.count - 1
        let range = Int(starts[number])..<Int(starts[number + 1])
        var slot = Int(truncatingIfNeeded: Self.hash(bytes.span.extracting(range), seed: seed)) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = UInt32(number + 1)
    }

    private mutating func grow() {
        slots = ContiguousArray(repeating: 0, count: slots.count * 2)
        for number in 0..<count { place(number) }
    }

    /// The name, in lower case.
    package subscript(number: Int) -> String {
        String(decoding: bytes[Int(starts[number])..<Int(starts[number + 1])], as: UTF8.self)
    }

    /// Whether that is the name with this number.
    package func isName(_ number: Int, _ name: Span<UInt8>) -> Bool { matches(number, name) }

    /// Hands out the name's bytes without copying them.
    package func withBytes<Result>(of number: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        body(bytes.span.extracting(Int(starts[number])..<Int(starts[number + 1])))
    }
}
