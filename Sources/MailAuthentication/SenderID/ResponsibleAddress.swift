/// The fields that a responsible address is taken from.
package enum ResponsibleField: String, Hashable, Sendable {
    case resentSender = "Resent-Sender"
    case resentFrom = "Resent-From"
    case sender = "Sender"
    case from = "From"
}

/// Why a message has no responsible address (RFC 4407 section 2, step 6).
package enum ResponsibleAddressProblem: Error, Hashable, Sendable {
    case noFrom
    case severalFields(ResponsibleField, count: Int)
    case malformed(ResponsibleField, MailboxError)
    case severalMailboxes(ResponsibleField, count: Int)
    /// Fields were left out when the header was read, so that the one that counts may be among them.
    case incompleteHeader
}

extension ResponsibleAddressProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noFrom: "no field names who is responsible: From is missing or empty"
        case .severalFields(let field, let count): "\(count) \(field.rawValue) fields where one is allowed"
        case .malformed(let field, let error): "\(field.rawValue) cannot be read: \(error)"
        case .severalMailboxes(let field, let count): "\(count) addresses in \(field.rawValue) where one is allowed"
        case .incompleteHeader: "the header is too large to be read whole"
        }
    }
}

/// Who is responsible for a message's last submission, by its header (RFC 4407 section 2).
package struct ResponsibleAddress: Hashable, Sendable {
    package var mailbox: Mailbox
    package var field: ResponsibleField

    package init(of header: MessageHeader) throws(ResponsibleAddressProblem) {
        guard header.isComplete else { throw .incompleteHeader }
        let (field, position) = try Self.select(in: header)
        let mailboxes: [Mailbox]
        do {
            mailboxes = try Mailbox.parse(fieldValue: header[position].value)
        } catch {
            throw .malformed(field, error)
        }
        guard mailboxes.count == 1 else { throw .severalMailboxes(field, count: mailboxes.count) }
        mailbox = mailboxes[0]
        self.field = field
    }

    /// Steps 1 to 4. A field of nothing but white space is as if it were not there.
    private static func select(
        in header: MessageHeader
    ) throws(ResponsibleAddressProblem) -> (ResponsibleField, Int) {
        func filled(_ name: StaticString) -> [Int] { header.positions(of: name).filter { header[$0].isFilled } }
        let resentFrom = filled("resent-from").first
        if let resentSender = filled("resent-sender").first,
            !isOlderBlock(resentSender, after: resentFrom, in: header)
        {
            return (.resentSender, resentSender)
        }
        if let resentFrom { return (.resentFrom, resentFrom) }
        let sender = filled("sender")
        guard sender.count <= 1 else { throw .severalFields(.sender, count: sender.count) }
        if let only = sender.first { return (.sender, only) }
        let from = filled("from")
        guard from.count <= 1 else { throw .severalFields(.from, count: from.count) }
        guard let only = from.first else { throw .noFrom }
        return (.from, only)
    }

    /// Whether Resent-Sender belongs to an earlier resending than a Resent-From above it: a trace field lies between.
    private static func isOlderBlock(_ sender: Int, after from: Int?, in header: MessageHeader) -> Bool {
        guard let from, from < sender else { return false }
        let trace = header.positions(of: "received") + header.positions(of: "return-path")
        return trace.contains { from < $0 && $0 < sender }
    }
}

extension HeaderField {
    fileprivate var isFilled: Bool {
        value.contains { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D && $0 != 0x0A }
    }
}
