/// A Postfix queue ID that was checked: nothing else may reach the standard input of `postsuper`.
///
/// Both forms of postconf(5) `enable_long_queue_ids`:
/// - short: microseconds as five hexadecimal digits, then the inode number in hexadecimal, in upper case: `3C1A2B4D5E`;
/// - long: seconds (six or more) and microseconds (four) in base 52, `z`, the inode number in base 51, out of the
///   digits and the consonants: `4cQZ1x2vY1z9sYK`.
package struct QueueID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package var description: String { text }

    /// Whether it is of the form that Postfix never uses again.
    package var isLong: Bool { text.utf8.contains(UInt8(ascii: "z")) }

    /// - Throws: ``QueueIDError``.
    package init(_ text: some StringProtocol) throws(QueueIDError) {
        // Bounded before anything is copied.
        let bytes = Array(text.utf8.prefix(Self.longestLong + 1))
        try self.init(bytes.span)
    }

    /// - Throws: ``QueueIDError``.
    package init(_ bytes: Span<UInt8>) throws(QueueIDError) {
        if bytes.isEmpty { throw .empty }
        if bytes.count > Self.longestLong { throw .tooLong(limit: Self.longestLong) }
        if let separator = bytes.lastIndex(of: UInt8(ascii: "z")) {
            try Self.checkLong(bytes, separator: separator)
        } else {
            try Self.checkShort(bytes)
        }
        text = String(decoding: bytes.bytes.array(0..<bytes.count), as: UTF8.self)
    }

    /// Five digits and those of a 64-bit inode number.
    private static let shortest = 6
    private static let longestShort = 5 + 16
    private static let timeLength = 6 + 4
    /// A 64-bit number has at most 12 digits in base 52 and in base 51.
    private static let longestLong = 12 + 4 + 1 + 12

    private static func checkShort(_ bytes: Span<UInt8>) throws(QueueIDError) {
        for offset in bytes.indices {
            switch bytes[offset] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"): continue
            default: throw .wrongCharacter(offset: offset)
            }
        }
        if bytes.count < shortest { throw .tooShort }
        if bytes.count > longestShort { throw .tooLong(limit: longestShort) }
    }

    private static func checkLong(_ bytes: Span<UInt8>, separator: Int) throws(QueueIDError) {
        for offset in bytes.indices {
            // The inode number is in base 51, without `z`; the times before it may have one.
            guard bytes[offset].isInSafeAlphabet else { throw .wrongCharacter(offset: offset) }
        }
        if separator < timeLength || separator + 1 == bytes.count { throw .tooShort }
    }
}

/// Why a text is no queue ID.
package enum QueueIDError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case tooShort
    case tooLong(limit: Int)
    /// A byte that neither form has.
    case wrongCharacter(offset: Int)

    package var description: String {
        switch self {
        case .empty: "queue ID: empty"
        case .tooShort: "queue ID: too short; expected one like 3C1A2B4D5E or 4cQZ1x2vY1z9sYK"
        case .tooLong(let limit): "queue ID: more than \(limit) characters"
        case .wrongCharacter(let offset):
            "queue ID, character \(offset + 1): neither hexadecimal nor of a long queue ID"
        }
    }
}

extension QueueID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        try self.init(container.decode(String.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension UInt8 {
    /// Digits and consonants (mail_queue.h, safe_ultostr.c).
    fileprivate var isInSafeAlphabet: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "B")...UInt8(ascii: "Z"), UInt8(ascii: "b")...UInt8(ascii: "z"): !isVowel
        default: false
        }
    }

    private var isVowel: Bool {
        switch self | 0x20 {
        case UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): true
        default: false
        }
    }
}

extension Span<UInt8> {
    fileprivate func lastIndex(of byte: UInt8) -> Int? {
        indices.last { self[$0] == byte }
    }
}
