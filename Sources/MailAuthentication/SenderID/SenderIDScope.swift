/// Which identities a Sender ID record is about (RFC 4406 section 3.1.2).
struct SenderIDScope: OptionSet, Hashable, Sendable {
    var rawValue: UInt8

    static let mailFrom = SenderIDScope(rawValue: 1)
    static let responsibleAddress = SenderIDScope(rawValue: 2)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Reads `mfrom,pra`. Names that are well formed and not known are left out.
    /// - Returns: `nil` if it is no list of scopes.
    init?(list: ArraySlice<UInt8>) {
        self.init(rawValue: 0)
        for name in list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            guard let first = name.first, Self.isLetter(first), name.allSatisfy(Self.isNameByte) else { return nil }
            let lower = name.map { Self.isLetter($0) ? $0 | 0x20 : $0 }
            if lower.elementsEqual("mfrom".utf8) { insert(.mailFrom) }
            if lower.elementsEqual("pra".utf8) { insert(.responsibleAddress) }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: isLetter(byte)
        }
    }
}
