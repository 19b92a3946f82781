import ControlProtocol

/// One message as a queue listing showed it.
package struct QueuedMessage: Sendable, Equatable {
    /// The Postfix instance, by its name in the configuration.
    package var instance: String
    package var queueID: String
    package var queue: QueueName
    /// When Postfix accepted it. The listing has whole seconds.
    package var arrival: EpochMilliseconds
    /// Bytes of header and body.
    package var size: Int
    /// Envelope sender; empty for the null sender.
    package var sender: String
    package var recipients: QueuedRecipients

    package init(
        instance: String, queueID: String, queue: QueueName, arrival: EpochMilliseconds, size: Int, sender: String,
        recipients: QueuedRecipients
    ) {
        self.instance = instance
        self.queueID = queueID
        self.queue = queue
        self.arrival = arrival
        self.size = size
        self.sender = sender
        self.recipients = recipients
    }

    /// ``QueueRow/id``: what names it among all instances.
    package var id: String { instance + "/" + queueID }
}

/// The queues that a message can be seen in.
package enum QueueName: UInt8, Sendable, Equatable, CaseIterable {
    case incoming, active, deferred, hold
    /// Submitted on the host or requeued; `pickup(8)` takes it within a minute, under a new queue ID.
    case maildrop
    /// One that this Postfix has and we do not know.
    case other

    package init(_ name: String) {
        self = Self.allCases.first { $0.name == name } ?? .other
    }

    package var name: String {
        switch self {
        case .incoming: "incoming"
        case .active: "active"
        case .deferred: "deferred"
        case .hold: "hold"
        case .maildrop: "maildrop"
        case .other: "other"
        }
    }
}
