/// One message in a Postfix queue.
package struct QueueRow: Codable, Sendable, Equatable, Identifiable {
    package var queueID: String
    /// The Postfix instance, by its name in the configuration.
    package var instance: String
    /// `active`, `deferred`, `hold`, `incoming`.
    package var queue: String
    package var arrival: EpochMilliseconds
    /// Bytes.
    package var size: Int
    /// Envelope sender; empty for the null sender.
    package var sender: String
    /// The first recipients; `recipientCount` counts all.
    package var recipients: [Recipient]
    package var recipientCount: Int
    /// Whose message it is, from the queue_id map; `nil` if the engine never saw it.
    package var account: String?
    package var carrier: String?
    package var id: String { instance + "/" + queueID }

    package struct Recipient: Codable, Sendable, Equatable {
        package var address: String
        package var delayReason: String?

        package init(address: String, delayReason: String?) {
            self.address = address
            self.delayReason = delayReason
        }
    }

    package init(
        queueID: String, instance: String, queue: String, arrival: EpochMilliseconds, size: Int, sender: String,
        recipients: [Recipient], recipientCount: Int, account: String?, carrier: String?
    ) {
        self.queueID = queueID
        self.instance = instance
        self.queue = queue
        self.arrival = arrival
        self.size = size
        self.sender = sender
        self.recipients = recipients
        self.recipientCount = recipientCount
        self.account = account
        self.carrier = carrier
    }
}
