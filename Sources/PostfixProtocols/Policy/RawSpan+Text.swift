extension RawSpan {
    /// Whether the bytes in `range` are `text`. With a literal this becomes a few comparisons of words.
    ///
    /// - Precondition: `range` lies in the span.
    @inline(__always) func holds(_ text: StaticString, at range: Range<Int>) -> Bool {
        let count = text.utf8CodeUnitCount
        guard range.upperBound &- range.lowerBound == count else { return false }
        let start = range.lowerBound
        // The loads of `text` lie in its `count` bytes, and those of the span in `range`, which is as long.
        let pointer = UnsafeRawPointer(text.utf8Start)
        if count >= 8 {
            var offset = 0
            while offset &+ 8 <= count {
                if load(UInt64.self, start &+ offset) != pointer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                {
                    return false
                }
                offset &+= 8
            }
            return load(UInt64.self, start &+ count &- 8)
                == pointer.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        }
        if count >= 4 {
            return load(UInt32.self, start) == pointer.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
                && load(UInt32.self, start &+ count &- 4)
                    == pointer.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
        }
        var offset = 0
        while offset < count {
            if self[start &+ offset] != pointer.load(fromByteOffset: offset, as: UInt8.self) { return false }
            offset &+= 1
        }
        return true
    }

    @inline(__always) private func load<Word: BitwiseCopyable>(_ type: Word.Type, _ offset: Int) -> Word {
        unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: type)
    }

    /// RFC 3629: no overlong form, no surrogate and nothing above U+10FFFF.
    ///
    /// - Throws: `nul` or `invalidUTF8` for the first byte before `end` that is no text.
    @inline(never) func checkUTF8(upTo end: Int) throws(PolicyRequestError) {
        var offset = 0
        while offset < end {
            let length = utf8Length(at: offset, end: end)
            if length == 0 { throw .at(offset, self[offset] == 0 ? .nul : .invalidUTF8, in: self) }
            offset += length
        }
    }

    /// Bytes of the character at `offset`, 0 if there is none.
    private func utf8Length(at offset: Int, end: Int) -> Int {
        let lead = self[offset]
        switch lead {
        case 0x01...0x7F: return 1
        case 0xC2...0xDF: return continues(offset, 1, end, 0x80...0xBF) ? 2 : 0
        case 0xE0: return continues(offset, 2, end, 0xA0...0xBF) ? 3 : 0
        case 0xED: return continues(offset, 2, end, 0x80...0x9F) ? 3 : 0
        case 0xE1...0xEF: return continues(offset, 2, end, 0x80...0xBF) ? 3 : 0
        case 0xF0: return continues(offset, 3, end, 0x90...0xBF) ? 4 : 0
        case 0xF1...0xF3: return continues(offset, 3, end, 0x80...0xBF) ? 4 : 0
        case 0xF4: return continues(offset, 3, end, 0x80...0x8F) ? 4 : 0
        default: return 0
        }
    }

    /// Whether `count` bytes after `offset` continue a character, the first of them in `second`.
    private func continues(_ offset: Int, _ count: Int, _ end: Int, _ second: ClosedRange<UInt8>) -> Bool {
        guard offset + count < end, second.contains(self[offset + 1]) else { return false }
        for next in offset + 2..<offset + 1 + count where self[next] & 0xC0 != 0x80 { return false }
        return true
    }
}

extension RawSpan {
    /// A copy of the bytes in `range`.
    func array(_ range: Range<Int>) -> [UInt8] {
        extracting(range).withUnsafeBytes { [UInt8]($0) }
    }
}
