/// An address of a header field (RFC 5322 section 3.4).
package struct Mailbox: Hashable, Sendable {
    /// Without quotes and escapes: `"a b"@example.org` has `a b`.
    package var localPart: String
    /// A name, or a domain literal with its brackets.
    package var domain: DomainName

    package init(localPart: String, domain: DomainName) {
        self.localPart = localPart
        self.domain = domain
    }
}

/// Why a field's addresses cannot be read.
package struct MailboxError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case tooLong
        case tooManyMailboxes
        /// No address at all, also where there are only empty groups.
        case noMailbox
        case unclosedComment
        case unclosedQuotes
        case unclosedLiteral
        case unclosedAngleBracket
        case invalidByte
        /// Something that is no address where one must be.
        case notAnAddress
        case noDomain
        case invalidDomain
    }

    package var kind: Kind
    /// In the field's value, of the byte where it was noticed.
    package var offset: Int
}

extension MailboxError: CustomStringConvertible {
    package var description: String {
        let text =
            switch kind {
            case .tooLong: "over \(Mailbox.maximumBytes) bytes"
            case .tooManyMailboxes: "over \(Mailbox.maximumMailboxes) addresses"
            case .noMailbox: "no address"
            case .unclosedComment: "a comment without end"
            case .unclosedQuotes: "a quoted string without end"
            case .unclosedLiteral: "a domain literal without end"
            case .unclosedAngleBracket: "an angle bracket without its other half"
            case .invalidByte: "a control character"
            case .notAnAddress: "no address where one must be"
            case .noDomain: "an address without a domain"
            case .invalidDomain: "no valid domain"
            }
        return "\(text) (byte \(offset))"
    }
}

extension MailboxError {
    /// As a sentence about the field that it was found in.
    package func description(of field: String) -> String { "the \(field) field cannot be read: \(self)" }
}

extension Mailbox {
    /// Of a field's value. A longer one is refused, not cut: what is cut off could be another address.
    package static let maximumBytes = 16 << 10
    package static let maximumMailboxes = 100

    /// The addresses of a From, Sender or Resent field, those in groups too, in their order.
    ///
    /// Reads comments, folds, quoted strings, display names with or without quotes, old routes, empty list elements,
    /// and 8-bit characters. A display name may hold any atoms, dots and `@`, as much mail has them; it is skipped.
    ///
    ///     try Mailbox.parse(fieldValue: " Taro <taro@example.org> (at work)".utf8)
    ///
    /// - Parameters:
    ///   - fieldValue: What stands after the colon.
    ///   - skipsNames: Whether to pass over list elements that are words without an address. They come of a comma in a
    ///     display name without quotes, `Yamada, Taro <taro@example.org>`, and a reader is shown the address all the same.
    /// - Returns: At least one address.
    package static func parse(
        fieldValue: some Collection<UInt8>, skipsNames: Bool = false
    ) throws(MailboxError) -> [Mailbox] {
        guard fieldValue.count <= maximumBytes else { throw MailboxError(kind: .tooLong, offset: maximumBytes) }
        var parser = MailboxParser(Array(fieldValue), skipsNames: skipsNames)
        return try parser.readList()
    }

    /// The domains behind every `@` of a field that cannot be read, in their order and once each: who shows it to people
    /// all the same makes its author out of one of them.
    ///
    /// - Returns: at most ``maximumMailboxes``.
    package static func domains(namedIn fieldValue: some Collection<UInt8>) -> [DomainName] {
        var domains: [DomainName] = []
        var rest = fieldValue[...]
        while let at = rest.firstIndex(of: UInt8(ascii: "@")), domains.count < maximumMailboxes {
            rest = rest[rest.index(after: at)...].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
            let name = rest.prefix(while: DomainName.isSpelling)
            rest = rest[name.endIndex...]
            if let domain = DomainName(spelled: name), !domains.contains(domain) { domains.append(domain) }
        }
        return domains
    }
}
