/// A tag-list: `tag=value` pairs with `;` between them (RFC 6376 section 3.2), as offsets into the bytes that it was read
/// from.
///
/// Tag names are at most eight bytes here, which covers every tag that a standard names; a longer one is read past. Values
/// may hold UTF-8 (RFC 8616 section 3).
struct TagList {
    /// A tag's name as a number, its first byte lowest; 0 for a name longer than eight bytes.
    struct Name: Hashable, ExpressibleByStringLiteral {
        var packed: UInt64

        init(stringLiteral value: StaticString) {
            packed = value.withUTF8Buffer { Self.pack($0) }
        }

        init(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
            packed = bytes.count > 8 ? 0 : Self.pack(bytes)
        }

        private static func pack(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64 {
            bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    struct Tag {
        var name: Name
        /// Where the name stands, from the start of the list.
        var nameRange: Range<Int>
        /// The value without the white space around it.
        var value: Range<Int>
        /// All that stands between `=` and `;`: what is taken out of `b=` before hashing.
        var whole: Range<Int>
    }

    /// More tags than any standard has; what has more is no signature and no key.
    static let tagCount = 40
    /// A signature with a thousand names in `h=` still fits.
    static let byteCount = 32 << 10

    private(set) var tags: [Tag] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(TagListError) {
        guard bytes.count <= Self.byteCount else { throw .tooLong(bytes: bytes.count) }
        tags.reserveCapacity(14)
        var place = 0
        repeat {
            let end = bytes[place...].firstIndex(of: UInt8(ascii: ";")) ?? bytes.count
            let spec = try Self.trimmed(bytes, place..<end)
            if spec.isEmpty {
                // One `;` may stand at the end; nothing else may be empty.
                if end == bytes.count && !tags.isEmpty { return }
                throw .emptyTag(offset: place)
            }
            try append(bytes, spec, whole: place..<end)
            place = end + 1
        } while place < bytes.count
    }

    private mutating func append(
        _ bytes: UnsafeBufferPointer<UInt8>, _ spec: Range<Int>, whole: Range<Int>
    ) throws(TagListError) {
        guard let equals = bytes[spec].firstIndex(of: UInt8(ascii: "=")) else {
            throw .missingEqualsSign(offset: spec.lowerBound)
        }
        let nameRange = try Self.trimmed(bytes, spec.lowerBound..<equals)
        guard Self.isName(bytes[nameRange]) else { throw .badName(offset: spec.lowerBound) }
        let name = Name(bytes[nameRange])
        let isRepeated = tags.contains {
            $0.name == name && (name.packed != 0 || bytes[$0.nameRange].elementsEqual(bytes[nameRange]))
        }
        if isRepeated { throw .repeatedTag(String(decoding: bytes[nameRange], as: UTF8.self)) }
        guard tags.count < Self.tagCount else { throw .tooManyTags }
        let value = try Self.trimmed(bytes, equals + 1..<spec.upperBound)
        try Self.checkValue(bytes, value)
        tags.append(Tag(name: name, nameRange: nameRange, value: value, whole: equals + 1..<whole.upperBound))
    }

    subscript(name: Name) -> Tag? {
        for tag in tags where tag.name == name { return tag }
        return nil
    }

    /// Without folding white space at either end.
    private static func trimmed(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) throws(TagListError) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, bytes[start].isFoldingSpace { start += 1 }
        while end > start, bytes[end - 1].isFoldingSpace { end -= 1 }
        return start..<end
    }

    private static func isName(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard let first = name.first, first.isLetter else { return false }
        return name.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
    }

    /// Printable bytes and white space; a line end only where a fold is.
    private static func checkValue(_ bytes: UnsafeBufferPointer<UInt8>, _ value: Range<Int>) throws(TagListError) {
        for place in value {
            let byte = bytes[place]
            if byte > 0x20 && byte != 0x7F { continue }
            switch byte {
            case 0x20, 0x09: continue
            case 0x0D where place + 1 < value.upperBound && bytes[place + 1] == 0x0A: continue
            case 0x0A
            where place + 1 < value.upperBound && (bytes[place + 1] == 0x20 || bytes[place + 1] == 0x09):
                continue
            default: throw .badByte(byte, offset: place)
            }
        }
    }
}

/// Why something is no tag-list. Offsets count from the start of the value or record.
package enum TagListError: Error, Hashable, Sendable {
    case tooLong(bytes: Int)
    case tooManyTags
    case emptyTag(offset: Int)
    case missingEqualsSign(offset: Int)
    case badName(offset: Int)
    case repeatedTag(String)
    case badByte(UInt8, offset: Int)
}

extension TagListError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let bytes): "\(bytes) bytes are more than a tag list may have here (\(TagList.byteCount))"
        case .tooManyTags: "more than \(TagList.tagCount) tags"
        case .emptyTag(let offset): "nothing where a tag should be, at byte \(offset)"
        case .missingEqualsSign(let offset): "a tag without \"=\" at byte \(offset)"
        case .badName(let offset): "no tag name at byte \(offset)"
        case .repeatedTag(let name): "the tag \(name)= stands there twice"
        case .badByte(let byte, let offset): "the byte \(byte) at \(offset), which no tag may have"
        }
    }
}

extension UInt8 {
    /// Space, tab, or a byte of the line end in a fold.
    var isFoldingSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
    /// WSP of RFC 5234: space or tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 }
    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
    /// ASCII letters in lower case, everything else as it is.
    @inline(__always) var lowercased: UInt8 { self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self }
}
