/// Eight bytes looked at in one go. The first byte of the input is the lowest byte of the word.
struct ByteWord {
    let bits: UInt64

    static let stride = 8
    private static let lowBits: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    private static let highBits: UInt64 = 0x8080_8080_8080_8080
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// - Precondition: `offset` and the seven bytes after it lie in `span`. The callers compare with the count first,
    ///   and say so beside the call; the load itself does not check again.
    @inline(__always) init(_ span: RawSpan, at offset: Int) {
        bits = UInt64(littleEndian: span.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// The fewer than eight bytes of `offset..<end`, filled up with `0x7F`, which means nothing to anybody here.
    @inline(__always) init(_ span: RawSpan, at offset: Int, end: Int) {
        var bits = Self.lowBits
        var place = end
        while place > offset {
            place &-= 1
            bits = bits &<< 8 | UInt64(span[place])
        }
        self.bits = bits
    }

    /// Where `byte` occurs: bit 7 of each byte that is one.
    @inline(__always) func positions(of byte: UInt8) -> UInt64 {
        // Adding 0x7F to the low seven bits carries into bit 7 unless they are all zero. No carry leaves its byte, so
        // this is exact for every byte, unlike the well-known subtraction, which is for the first hit alone.
        let difference = bits ^ (Self.ones &* UInt64(byte))
        return ~(((difference & Self.lowBits) &+ Self.lowBits) | difference) & Self.highBits
    }

    /// Gathers the words of a text; ``isPlainASCII`` then tells whether no byte was NUL or had its high bit set.
    struct Text {
        private var special: UInt64 = 0

        @inline(__always) mutating func add(_ word: ByteWord) {
            // While no byte has its high bit set, subtracting 1 sets one only where a byte is 0.
            special |= word.bits | (word.bits &- ByteWord.ones)
        }

        @inline(__always) var isPlainASCII: Bool { special & ByteWord.highBits == 0 }
    }
}

extension UInt64 {
    /// The byte in which the lowest bit is set.
    @inline(__always) var lowestByte: Int { trailingZeroBitCount &>> 3 }
}

extension RawSpan {
    @inline(__always) subscript(_ offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The offset of the first `byte` in `start..<end`, or `end`.
    ///
    /// - Precondition: `0 <= start`, `end <= byteCount`.
    @inline(__always) func offset(of byte: UInt8, from start: Int, to end: Int) -> Int {
        var offset = start
        while offset &+ ByteWord.stride <= end {
            // In bounds: the condition of the loop.
            let positions = ByteWord(self, at: offset).positions(of: byte)
            if positions != 0 { return offset &+ positions.lowestByte }
            offset &+= ByteWord.stride
        }
        while offset < end {
            if self[offset] == byte { return offset }
            offset &+= 1
        }
        return end
    }
}
