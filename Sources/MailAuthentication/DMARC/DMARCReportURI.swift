/// Where reports go (RFC 9989 section 4.6): a URI of RFC 3986 in which comma and exclamation mark are encoded.
package struct DMARCReportURI: Hashable, Sendable {
    /// Without the size that old records put after an exclamation mark.
    package let text: String
    /// The largest report, of the old kind (RFC 7489 section 6.2), in bytes.
    package let sizeLimit: UInt64?

    package struct Problem: Error {
        /// From the start of the URI.
        let offset: Int
        let problem: String
    }

    /// - Throws: ``Problem``.
    package init(parsing bytes: ArraySlice<UInt8>) throws(Problem) {
        let start = bytes.startIndex
        let mark = bytes.firstIndex(of: UInt8(ascii: "!")) ?? bytes.endIndex
        try Self.check(bytes[start..<mark])
        text = String(decoding: bytes[start..<mark], as: UTF8.self)
        sizeLimit = try Self.sizeLimit(bytes[mark...], offset: mark - start)
    }

    /// Whether mail can be sent to it.
    package var isMail: Bool { text.prefix(7).lowercased() == "mailto:" }

    private static func check(_ uri: ArraySlice<UInt8>) throws(Problem) {
        guard let first = uri.first, isLetter(first), let colon = uri.firstIndex(of: UInt8(ascii: ":")) else {
            throw Problem(offset: 0, problem: "expected a URI such as mailto:reports@example.org")
        }
        for index in uri.indices[..<colon] {
            guard isLetter(uri[index]) || isDigit(uri[index]) || "+-.".utf8.contains(uri[index]) else {
                throw Problem(offset: index - uri.startIndex, problem: "a character that no URI scheme has")
            }
        }
        let rest = uri[(colon + 1)...]
        if rest.isEmpty { throw Problem(offset: colon - uri.startIndex, problem: "nothing after the scheme") }
        for index in rest.indices {
            guard isAllowed(rest, at: index) else {
                throw Problem(offset: index - uri.startIndex, problem: "a character that must be encoded in a URI")
            }
        }
        guard uri[..<colon].map({ $0 | 0x20 }) == Array("mailto".utf8) else { return }
        // RFC 6068 section 2: what is after a question mark are header fields.
        let address = rest.prefix { $0 != UInt8(ascii: "?") }
        guard let at = address.lastIndex(of: UInt8(ascii: "@")), at > address.startIndex,
            DomainName(String(decoding: address[(at + 1)...], as: UTF8.self)).canBeAsked
        else { throw Problem(offset: colon + 1 - uri.startIndex, problem: "no mail address") }
    }

    private static func isAllowed(_ bytes: ArraySlice<UInt8>, at index: Int) -> Bool {
        let byte = bytes[index]
        if isLetter(byte) || isDigit(byte) || "-._~:/?#[]@$&'()*+;=".utf8.contains(byte) { return true }
        guard byte == UInt8(ascii: "%"), index + 2 < bytes.endIndex else { return false }
        return bytes[index + 1...index + 2].allSatisfy {
            isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20)
        }
    }

    /// `!` digits and one of k, m, g, t, or nothing.
    private static func sizeLimit(_ bytes: ArraySlice<UInt8>, offset: Int) throws(Problem) -> UInt64? {
        guard !bytes.isEmpty else { return nil }
        let problem = Problem(offset: offset, problem: "expected a size such as 10m after the exclamation mark")
        var digits = bytes.dropFirst()
        guard let last = digits.last else { throw problem }
        let shift: UInt64? =
            switch last | 0x20 {
            case UInt8(ascii: "k"): 10
            case UInt8(ascii: "m"): 20
            case UInt8(ascii: "g"): 30
            case UInt8(ascii: "t"): 40
            default: nil
            }
        if shift != nil { digits.removeLast() }
        guard !digits.isEmpty, digits.allSatisfy({ isDigit($0) }),
            let size = UInt64(String(decoding: digits, as: UTF8.self)),
            case (let limit, let overflow) = size.multipliedReportingOverflow(by: 1 << (shift ?? 0)), !overflow
        else { throw problem }
        return limit
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
