/// What the engine has to write since the batch before: all of it is written, or nothing.
package struct StoreBatch: Sendable, Equatable {
    package var clock: StoredClock
    package var increments: [MeterIncrement]
    package var checkpoints: [MeterCheckpoint]
    package var offences: [AccountOffence]
    package var verdicts: [VerdictRecord]
    package var queueOwners: [QueueOwner]
    package var history: [HistoryIncrement]
    package var domainMinutes: [DomainMinute]
    /// In the order in which they came about.
    package var domainSources: [DomainSourceChange]
    /// Values that the engine keeps for itself, by key.
    package var meta: [String: String]

    package init(
        clock: StoredClock, increments: [MeterIncrement] = [], checkpoints: [MeterCheckpoint] = [],
        offences: [AccountOffence] = [], verdicts: [VerdictRecord] = [], queueOwners: [QueueOwner] = [],
        history: [HistoryIncrement] = [], domainMinutes: [DomainMinute] = [],
        domainSources: [DomainSourceChange] = [], meta: [String: String] = [:]
    ) {
        self.clock = clock
        self.increments = increments
        self.checkpoints = checkpoints
        self.offences = offences
        self.verdicts = verdicts
        self.queueOwners = queueOwners
        self.history = history
        self.domainMinutes = domainMinutes
        self.domainSources = domainSources
        self.meta = meta
    }

    /// Takes in a later batch, because this one could not be written.
    ///
    /// Checkpoints of this batch are dropped, since they lack what the later one counted;
    /// ``PolicyStore/metersDue(keeping:atMost:)`` asks for them again.
    package mutating func append(_ later: StoreBatch) {
        clock = later.clock
        increments += later.increments
        checkpoints = later.checkpoints
        offences += later.offences
        verdicts += later.verdicts
        queueOwners += later.queueOwners
        history += later.history
        domainMinutes += later.domainMinutes
        domainSources += later.domainSources
        meta.merge(later.meta) { $1 }
    }
}

/// Both clocks of the engine at one moment, so that a restart can go on with the timeline of the meters.
package struct StoredClock: Sendable, Equatable {
    /// Milliseconds on the engine's timeline.
    package var steady: Int64
    /// Milliseconds since 1970.
    package var wall: Int64

    package init(steady: Int64, wall: Int64) {
        self.steady = steady
        self.wall = wall
    }
}
