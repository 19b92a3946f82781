import MailPolicy

/// What is written down of a message that a milter was shown.
package struct MessageEnvelope: Sendable {
    /// Without angle brackets.
    package var sender: [UInt8]
    /// The first.
    package var recipient: [UInt8]
    package var recipientCount: Int
    package var queueID: [UInt8]

    package init(sender: [UInt8], recipient: [UInt8], recipientCount: Int, queueID: [UInt8]) {
        self.sender = sender
        self.recipient = recipient
        self.recipientCount = recipientCount
        self.queueID = queueID
    }

    /// As the journal takes requests: text, and where in it each part lies.
    func written(source: IPAddress) -> (text: [UInt8], request: GateRequest) {
        var text: [UInt8] = []
        func put(_ part: some Collection<UInt8>) -> Range<Int> {
            let start = text.count
            // Far longer than any address may be (RFC 5321 section 4.5.3.1).
            text += part.prefix(1024)
            return start..<text.count
        }
        let request = GateRequest(
            gate: .mx, state: .endOfMessage, login: 0..<0, sender: put(sender), recipient: put(recipient),
            clientAddress: put(source.description.utf8), instance: 0..<0, queueID: put(queueID),
            recipientCount: Int64(recipientCount), size: 0)
        return (text, request)
    }
}
