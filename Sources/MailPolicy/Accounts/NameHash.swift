extension NameTable {
    /// A hash of the folded bytes: eight at a time, each word mixed in by a multiplication to 128 bits whose halves are
    /// then folded, as in wyhash.
    package static func hash(_ name: Span<UInt8>, seed: UInt64) -> UInt64 {
        let bytes = name.bytes
        var hash = mixed(seed ^ UInt64(truncatingIfNeeded: bytes.byteCount), 0xa076_1d64_78bd_642f)
        var offset = 0
        while offset + 8 <= bytes.byteCount {
            let word = bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            hash = mixed(hash ^ folded(word), 0xe703_7ed1_a0b4_28db)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.byteCount {
            rest = rest << 8 | UInt64(name[offset])
            offset += 1
        }
        return mixed(hash ^ folded(rest), 0x8ebc_6af0_9c88_c6e3)
    }

    @inline(__always)
    private static func mixed(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low
    }

    /// Eight bytes, of which each from A to Z gets its bit for lower case; the others stay, those of UTF-8 too.
    @inline(__always)
    static func folded(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let low = word & (0x7f &* ones)
        // The top bit of a byte tells whether it is at least A, or beyond Z.
        let fromA = low &+ (0x80 - 0x41) &* ones
        let beyondZ = low &+ (0x7f - 0x5a) &* ones
        let upper = (fromA ^ beyondZ) & ~word & (0x80 &* ones)
        return word | upper >> 2
    }
}
