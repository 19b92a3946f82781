import ControlProtocol

/// What the queues of all instances looked like when each was last read whole.
package struct QueuePicture: Sendable {
    /// Grows with each picture: two pictures with the same number are the same.
    package var number: Int
    /// Each message once, in the order of the listings.
    package var messages: QueueMessages
    package var instances: [InstanceReading]

    package init(
        number: Int = 0, messages: some Sequence<QueuedMessage> = EmptyCollection(), instances: [InstanceReading] = []
    ) {
        self.number = number
        self.messages = QueueMessages(messages)
        self.instances = instances
    }

    /// One feed an instance, for the status line.
    package var feeds: [FeedStatus] { instances.map(\.feed) }

    /// Start of the oldest whole reading that the picture is made of; `nil` until every instance was read.
    package var completeSince: EpochMilliseconds? {
        let starts = instances.map(\.startedAt)
        return starts.contains { $0 == nil } ? nil : starts.compactMap { $0 }.min()
    }
}

/// How the reading of one instance's queue goes.
package struct InstanceReading: Sendable, Equatable {
    package var instance: String
    /// Start and end of the last whole reading; `nil` if there was none.
    package var startedAt: EpochMilliseconds?
    package var readAt: EpochMilliseconds?
    /// How long the last whole reading took.
    package var took: Duration
    /// Messages of the picture that are this instance's.
    package var messageCount: Int
    /// From one reading to the next, at present.
    package var pause: Duration
    /// Why the last attempt failed or is incomplete, and what to do; `nil` when all is well. The messages stay those of
    /// the last whole reading.
    package var trouble: String?

    package init(
        instance: String, startedAt: EpochMilliseconds? = nil, readAt: EpochMilliseconds? = nil,
        took: Duration = .zero, messageCount: Int = 0, pause: Duration = .zero, trouble: String? = nil
    ) {
        self.instance = instance
        self.startedAt = startedAt
        self.readAt = readAt
        self.took = took
        self.messageCount = messageCount
        self.pause = pause
        self.trouble = trouble
    }

    /// Stale once a reading is overdue by a whole one and five seconds.
    package var feed: FeedStatus {
        FeedStatus(
            name: "queue " + instance, updatedAt: readAt,
            staleAfterSeconds: ((pause + took) * 2 + .seconds(5)) / .seconds(1), trouble: trouble)
    }
}
