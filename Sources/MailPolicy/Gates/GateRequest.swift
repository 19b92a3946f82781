/// The three places where Postfix asks; it names them in `policy_context`.
package enum Gate: UInt8, Sendable, CaseIterable {
    case submission, outbound, mx

    package var name: String {
        switch self {
        case .submission: "submission"
        case .outbound: "outbound"
        case .mx: "mx"
        }
    }
}

/// One question of Postfix's, as ranges into its bytes.
package struct GateRequest: Sendable {
    /// Where in the SMTP dialogue it is asked (SMTPD_POLICY_README, `protocol_state`).
    package enum State: UInt8, Sendable {
        case mail, recipient, data, endOfMessage
        /// CONNECT, EHLO, HELO, VRFY, ETRN: nothing has been sent yet that could be judged.
        case other
    }

    package var gate: Gate
    package var state: State
    package var login: Range<Int>
    package var sender: Range<Int>
    package var recipient: Range<Int>
    package var clientAddress: Range<Int>
    package var instance: Range<Int>
    package var queueID: Range<Int>
    /// Recipients that Postfix accepted; not 0 only at DATA and END-OF-MESSAGE.
    package private(set) var recipientCount: Int64
    /// What the client claimed until END-OF-MESSAGE, then what it was; bytes.
    package private(set) var size: Int64

    /// A client may claim any size; what it claims must not make sums overflow.
    package static let largestSize: Int64 = 1 << 40
    package static let mostRecipients: Int64 = 1 << 30

    package init(
        gate: Gate, state: State, login: Range<Int>, sender: Range<Int>, recipient: Range<Int>,
        clientAddress: Range<Int>, instance: Range<Int>, queueID: Range<Int>, recipientCount: Int64, size: Int64
    ) {
        self.gate = gate
        self.state = state
        self.login = login
        self.sender = sender
        self.recipient = recipient
        self.clientAddress = clientAddress
        self.instance = instance
        self.queueID = queueID
        self.recipientCount = min(max(recipientCount, 0), Self.mostRecipients)
        self.size = min(max(size, 0), Self.largestSize)
    }
}
