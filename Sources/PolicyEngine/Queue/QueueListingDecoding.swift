/// One line of `postqueue -j`, decoded.
struct ListedMessage: Sendable, Equatable {
    var queueName: String
    var queueID: String
    /// Seconds since 1970.
    var arrivalSeconds: Int64
    var size: Int
    /// As listed: `MAILER-DAEMON` for the null sender.
    var sender: String
    var recipients: [(address: String, reason: String?)]

    static func == (one: Self, other: Self) -> Bool {
        one.queueName == other.queueName && one.queueID == other.queueID && one.arrivalSeconds == other.arrivalSeconds
            && one.size == other.size && one.sender == other.sender
            && one.recipients.elementsEqual(other.recipients) { $0 == $1 }
    }
}

/// Turns lines of `postqueue -j` into values.
protocol QueueListingDecoding: Sendable {
    /// - Throws: an error that says what is wrong with the line.
    func decode(line: UnsafeRawBufferPointer) throws -> ListedMessage
}
