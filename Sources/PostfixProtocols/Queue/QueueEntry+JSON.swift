extension QueueEntry: Decodable {
    /// Recipients of an entry that are kept: as many as Postfix takes for a message by default
    /// (`smtpd_recipient_limit`), so that bulk mail can be counted by domain.
    package static let recipientsKept = 1_000

    private enum Key: String, CodingKey {
        case queueName = "queue_name"
        case queueID = "queue_id"
        case arrivalTime = "arrival_time"
        case messageSize = "message_size"
        /// As Postfix 3.7 prints it.
        case forcedExpire = "forced_expire"
        /// As some later versions do.
        case forceExpired = "force_expired"
        case sender
        case recipients
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        queueName = try container.decode(String.self, forKey: .queueName)
        queueID = try container.decode(QueueID.self, forKey: .queueID)
        arrivalTime = try container.decodeCount(.arrivalTime)
        messageSize = try container.decodeCount(.messageSize)
        isForcedToExpire =
            try container.decodeIfPresent(Bool.self, forKey: .forcedExpire)
            ?? container.decodeIfPresent(Bool.self, forKey: .forceExpired) ?? false
        let printedSender = try container.decode(String.self, forKey: .sender)
        // showq prints an address that is not empty with its domain, so this one stands for the null sender alone.
        sender = printedSender == "MAILER-DAEMON" ? "" : printedSender
        recipients = []
        recipientCount = 0
        try readRecipients(container.nestedUnkeyedContainer(forKey: .recipients))
    }

    private mutating func readRecipients(_ list: any UnkeyedDecodingContainer) throws {
        var list = list
        while !list.isAtEnd, recipients.count < Self.recipientsKept {
            recipients.append(try list.decode(Recipient.self))
        }
        recipientCount = list.count ?? recipients.count
    }
}

extension KeyedDecodingContainer {
    fileprivate func decodeCount(_ key: Key) throws -> Int {
        let number = try decode(Int.self, forKey: key)
        if number < 0 { throw NegativeNumber(field: key.stringValue) }
        return number
    }
}

/// A size or a time that is negative.
struct NegativeNumber: Error {
    let field: String
}
