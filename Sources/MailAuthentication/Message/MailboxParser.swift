/// Reads lists of addresses (RFC 5322 sections 3.4 and 4.4). One pass, and nothing in it calls itself.
struct MailboxParser {
    private enum Token {
        case atom([UInt8])
        /// Without the quotes.
        case quoted([UInt8])
        /// With its brackets.
        case literal([UInt8])
        /// `.`, `@`, `,`, `:`, `;`, `<` or `>`.
        case special(UInt8)

        var isPartOfPhrase: Bool {
            switch self {
            case .atom, .quoted: true
            case .literal: false
            case .special(let byte): byte == UInt8(ascii: ".")
            }
        }

        func isSpecial(_ byte: UInt8) -> Bool {
            if case .special(byte) = self { true } else { false }
        }
    }

    private let bytes: [UInt8]
    private let skipsNames: Bool
    private var offset = 0
    private var mailboxes: [Mailbox] = []
    /// Of the current list element: a display name or an address.
    private var tokens: [Token] = []
    /// The current element had its address in angle brackets, and is complete.
    private var isComplete = false
    private var isInGroup = false

    init(_ bytes: [UInt8], skipsNames: Bool) {
        self.bytes = bytes
        self.skipsNames = skipsNames
    }

    mutating func readList() throws(MailboxError) -> [Mailbox] {
        while let token = try nextToken() {
            switch token {
            case .special(UInt8(ascii: ",")): try endElement()
            case .special(UInt8(ascii: ";")):
                guard isInGroup else { throw error(.notAnAddress) }
                try endElement()
                // Only a comma or the end may follow; an element that is complete takes nothing else.
                isInGroup = false
                isComplete = true
            case .special(UInt8(ascii: ":")): try startGroup()
            case .special(UInt8(ascii: "<")):
                guard !isComplete else { throw error(.notAnAddress) }
                try readAngleBrackets()
            case .special(UInt8(ascii: ">")): throw error(.unclosedAngleBracket)
            default:
                guard !isComplete else { throw error(.notAnAddress) }
                tokens.append(token)
            }
        }
        guard !isInGroup else { throw error(.notAnAddress) }
        try endElement()
        guard !mailboxes.isEmpty else { throw error(.noMailbox) }
        return mailboxes
    }

    private func error(_ kind: MailboxError.Kind) -> MailboxError { MailboxError(kind: kind, offset: offset) }

    // MARK: Elements

    /// Elements may be empty (RFC 5322 section 4.4).
    private mutating func endElement() throws(MailboxError) {
        let isSkipped = skipsNames && tokens.allSatisfy(\.isPartOfPhrase)
        if !tokens.isEmpty, !isSkipped { try add(tokens[...]) }
        tokens.removeAll(keepingCapacity: true)
        isComplete = false
    }

    /// What came before the colon is the group's name, which must be there and hold no address.
    private mutating func startGroup() throws(MailboxError) {
        guard !isInGroup, !isComplete, !tokens.isEmpty,
            tokens.allSatisfy(\.isPartOfPhrase)
        else { throw error(.notAnAddress) }
        tokens.removeAll(keepingCapacity: true)
        isInGroup = true
    }

    private mutating func readAngleBrackets() throws(MailboxError) {
        var inner: [Token] = []
        while let token = try nextToken() {
            if token.isSpecial(UInt8(ascii: ">")) {
                try add(Self.withoutRoute(inner[...]))
                tokens.removeAll(keepingCapacity: true)
                isComplete = true
                return
            }
            guard !token.isSpecial(UInt8(ascii: "<")), !token.isSpecial(UInt8(ascii: ";")) else {
                throw error(.unclosedAngleBracket)
            }
            inner.append(token)
        }
        throw error(.unclosedAngleBracket)
    }

    /// Drops `@a,@b:` (RFC 5322 section 4.4, obs-route).
    private static func withoutRoute(_ tokens: ArraySlice<Token>) -> ArraySlice<Token> {
        guard let first = tokens.first, first.isSpecial(UInt8(ascii: "@")) || first.isSpecial(UInt8(ascii: ",")),
            let colon = tokens.firstIndex(where: { $0.isSpecial(UInt8(ascii: ":")) })
        else { return tokens }
        return tokens[(colon + 1)...]
    }

    // MARK: Addresses

    /// Reads `local-part "@" domain`, where white space may stand anywhere between the tokens.
    private mutating func add(_ tokens: ArraySlice<Token>) throws(MailboxError) {
        guard mailboxes.count < Mailbox.maximumMailboxes else { throw error(.tooManyMailboxes) }
        guard let at = tokens.firstIndex(where: { $0.isSpecial(UInt8(ascii: "@")) }) else {
            throw error(tokens.isEmpty ? .notAnAddress : .noDomain)
        }
        let localPart = try dotted(tokens[..<at], or: .notAnAddress)
        let domain = try domain(tokens[(at + 1)...])
        mailboxes.append(Mailbox(localPart: String(decoding: localPart, as: UTF8.self), domain: domain))
    }

    private func domain(_ tokens: ArraySlice<Token>) throws(MailboxError) -> DomainName {
        if tokens.count == 1, case .literal(let literal)? = tokens.first {
            return DomainName(String(visibleASCII: literal))
        }
        guard !tokens.isEmpty else { throw error(.noDomain) }
        // One dot at the end is no part of the name's syntax, and much software takes it.
        let name = tokens.last?.isSpecial(UInt8(ascii: ".")) == true ? tokens.dropLast() : tokens
        guard !name.contains(where: { if case .quoted = $0 { true } else { false } }),
            let domain = DomainName(spelled: try dotted(name, or: .invalidDomain))
        else { throw error(.invalidDomain) }
        return domain
    }

    /// Words with dots between them. In a local part also several dots, or one at an end, as some addresses have them.
    private func dotted(_ tokens: ArraySlice<Token>, or kind: MailboxError.Kind) throws(MailboxError) -> [UInt8] {
        var text: [UInt8] = []
        var hasWord = false
        for token in tokens {
            switch token {
            case .atom(let word), .quoted(let word):
                guard !hasWord else { throw error(kind) }
                text += word
                hasWord = true
            case .special(UInt8(ascii: ".")):
                text.append(UInt8(ascii: "."))
                hasWord = false
            default: throw error(kind)
            }
        }
        guard !tokens.isEmpty else { throw error(kind) }
        return text
    }

    // MARK: Tokens

    private mutating func nextToken() throws(MailboxError) -> Token? {
        while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case 0x20, 0x09, 0x0D, 0x0A: offset += 1
            case UInt8(ascii: "("): try skipComment()
            case UInt8(ascii: "\""): return .quoted(try readQuotes())
            case UInt8(ascii: "["): return .literal(try readLiteral())
            case UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: ";"),
                UInt8(ascii: "<"), UInt8(ascii: ">"):
                offset += 1
                return .special(byte)
            default:
                guard Self.isAtomByte(byte) else {
                    throw error(byte < 0x20 || byte == 0x7F ? .invalidByte : .notAnAddress)
                }
                return .atom(readAtom())
            }
        }
        return nil
    }

    private static func isAtomByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7F: false
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "["),
            UInt8(ascii: "]"), UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: "@"), UInt8(ascii: "\\"),
            UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "\""):
            false
        default: true
        }
    }

    private mutating func readAtom() -> [UInt8] {
        let start = offset
        while offset < bytes.count, Self.isAtomByte(bytes[offset]) { offset += 1 }
        return Array(bytes[start..<offset])
    }

    private mutating func skipComment() throws(MailboxError) {
        var depth = 0
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case UInt8(ascii: "\\"): offset += 1
            case 0: throw error(.invalidByte)
            default: break
            }
            offset += 1
            if depth == 0 { return }
        }
        throw error(.unclosedComment)
    }

    private mutating func readQuotes() throws(MailboxError) -> [UInt8] {
        var text: [UInt8] = []
        offset += 1
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return text
            case UInt8(ascii: "\\"):
                offset += 1
                guard offset < bytes.count else { throw error(.unclosedQuotes) }
                text.append(bytes[offset])
            // A fold is the white space that follows it (RFC 5322 section 3.2.4).
            case 0x0D, 0x0A: break
            case 0: throw error(.invalidByte)
            default: text.append(bytes[offset])
            }
            offset += 1
        }
        throw error(.unclosedQuotes)
    }

    private mutating func readLiteral() throws(MailboxError) -> [UInt8] {
        guard let end = bytes[offset...].firstIndex(of: UInt8(ascii: "]")) else { throw error(.unclosedLiteral) }
        let literal = bytes[offset...end].filter { $0 > 0x20 }
        offset = end + 1
        return literal
    }
}
