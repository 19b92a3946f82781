/// One message of a queue, as `postqueue -j` lists it (postqueue(1), "JSON OBJECT FORMAT").
package struct QueueEntry: Equatable, Sendable {
    /// `active`, `deferred`, `hold`, `incoming`, `maildrop`.
    package var queueName: String
    package var queueID: QueueID
    /// Seconds since 1970.
    package var arrivalTime: Int
    /// Bytes.
    package var messageSize: Int
    /// Whether `postsuper -e` or `-f` ended its time in the queue (Postfix 3.5).
    package var isForcedToExpire: Bool
    /// Envelope sender; empty for the null sender, for which Postfix prints `MAILER-DAEMON`.
    package var sender: String
    /// The first recipients; ``recipientCount`` counts all.
    package var recipients: [Recipient]
    package var recipientCount: Int

    package struct Recipient: Equatable, Sendable, Decodable {
        package var address: String
        /// Why it was not delivered yet.
        package var delayReason: String?

        package init(address: String, delayReason: String? = nil) {
            self.address = address
            self.delayReason = delayReason
        }

        private enum CodingKeys: String, CodingKey {
            case address
            case delayReason = "delay_reason"
        }
    }

    package init(
        queueName: String, queueID: QueueID, arrivalTime: Int, messageSize: Int, isForcedToExpire: Bool = false,
        sender: String, recipients: [Recipient], recipientCount: Int
    ) {
        self.queueName = queueName
        self.queueID = queueID
        self.arrivalTime = arrivalTime
        self.messageSize = messageSize
        self.isForcedToExpire = isForcedToExpire
        self.sender = sender
        self.recipients = recipients
        self.recipientCount = recipientCount
    }
}
