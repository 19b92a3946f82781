/// A request at the submission gate, with what was looked up for it.
struct Submission: Sendable {
    var request: GateRequest
    var account: Int32
    /// Where the client is; `nil` where Postfix names no address.
    var source: IPAddress?
    /// Identity of the transaction, or 0 where Postfix names none.
    var key: UInt64
    /// Identity of the question, by which a repeat is known.
    var asked: UInt64
    /// The transaction, once it is open.
    var transaction: Int32?
    /// What the rulebook says of the recipient's domain.
    var destination: DomainTable.Entry?

    var carrier: Int32? {
        guard let carrier = destination?.carrier, carrier >= 0 else { return nil }
        return carrier
    }
}

extension GateRequest {
    /// What the request wants beyond what its transaction has taken.
    func amount(beyond taken: Amount) -> Amount {
        let message = 1 - taken.messages
        let bytes = max(size - taken.bytes, 0)
        switch state {
        case .mail, .other: return Amount(messages: message, bytes: bytes)
        case .recipient: return Amount(messages: message, recipients: 1, bytes: bytes)
        case .data:
            return Amount(messages: message, recipients: max(recipientCount - taken.recipients, 0), bytes: bytes)
        case .endOfMessage: return (total(taken: taken) - taken).increase
        }
    }

    /// What the whole message takes, as it is known at END-OF-MESSAGE.
    func total(taken: Amount) -> Amount {
        Amount(
            messages: 1, recipients: recipientCount > 0 ? recipientCount : max(taken.recipients, 1), bytes: size)
    }
}
