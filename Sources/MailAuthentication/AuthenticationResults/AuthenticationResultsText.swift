/// The characters of an Authentication-Results field.
enum AuthenticationResultsText {
    /// RFC 2045 section 5.1: visible ASCII without the tspecials.
    static func isToken(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"()<>@,;:\\\"/[]?=".utf8.contains(byte)
    }

    /// RFC 5322 section 3.2.3.
    static func isAtom(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }

    /// Of a method, a result, a property or its type: RFC 5321's Keyword, with the underscore and full stop that some use.
    static func isKeyword(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "-_.".utf8.contains(byte)
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || isDigit(byte)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
    }

    static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// Atoms with single full stops between.
    static func isDotAtom(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
                .allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtom) }
    }

    /// Labels of letters, digits, hyphens and underscores.
    static func isDomain(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
                .allSatisfy { label in
                    !label.isEmpty && label.allSatisfy { isLetterOrDigit($0) || "-_".utf8.contains($0) }
                }
    }

    /// Whether it is a quoted-string of RFC 5322 section 3.2.4, in one line.
    static func isQuotedString(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else {
            return false
        }
        var isEscaped = false
        for byte in bytes.dropFirst().dropLast() {
            guard (0x20...0x7E).contains(byte) else { return false }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                return false
            }
        }
        return !isEscaped
    }

    static func quoted(_ bytes: some Collection<UInt8>) -> [UInt8] {
        [UInt8(ascii: "\"")] + escaped(bytes, special: "\"\\") + [UInt8(ascii: "\"")]
    }

    static func escaped(_ bytes: some Collection<UInt8>, special: StaticString) -> [UInt8] {
        special.withUTF8Buffer { special in
            bytes.flatMap { special.contains($0) ? [UInt8(ascii: "\\"), $0] : [$0] }
        }
    }
}
