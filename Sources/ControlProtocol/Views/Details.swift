/// The page of an account.
package struct AccountDetail: Codable, Sendable, Equatable {
    package var row: SenderRow
    /// Addresses that it may use as MAIL FROM.
    package var addresses: [String]
    package var limits: [LimitUse]
    /// Where it sends from, last hour, busiest first.
    package var sources: [SourceUse]
    package var queue: [QueueRow]
    /// Newest first.
    package var verdicts: [VerdictRow]
    package var actions: [ActionRow]

    package init(
        row: SenderRow, addresses: [String], limits: [LimitUse], sources: [SourceUse], queue: [QueueRow],
        verdicts:
            [VerdictRow], actions: [ActionRow]
    ) {
        self.row = row
        self.addresses = addresses
        self.limits = limits
        self.sources = sources
        self.queue = queue
        self.verdicts = verdicts
        self.actions = actions
    }
}

/// One limit and what is taken of it.
package struct LimitUse: Codable, Sendable, Equatable {
    package var limit: String
    /// The plan or override that it comes from.
    package var limitOf: String
    package var used: Int
    /// Taken by transactions in progress, part of `used`.
    package var reserved: Int
    package var quantity: Int
    package var freeAgain: EpochMilliseconds?

    package init(
        limit: String, limitOf: String, used: Int, reserved: Int, quantity: Int, freeAgain: EpochMilliseconds?
    ) {
        self.limit = limit
        self.limitOf = limitOf
        self.used = used
        self.reserved = reserved
        self.quantity = quantity
        self.freeAgain = freeAgain
    }
}

/// A source that an account used, or an account that a source used.
package struct SourceUse: Codable, Sendable, Equatable {
    package var name: String
    package var messages: Int
    package var refused: Int
    package var lastSeen: EpochMilliseconds

    package init(name: String, messages: Int, refused: Int, lastSeen: EpochMilliseconds) {
        self.name = name
        self.messages = messages
        self.refused = refused
        self.lastSeen = lastSeen
    }
}

/// The page of a source.
package struct SourceDetail: Codable, Sendable, Equatable {
    package var row: SourceRow
    package var limits: [LimitUse]
    package var accounts: [SourceUse]
    /// Domains whose names it used in the last day, those that it failed for first.
    package var domains: [NameUse]
    package var verdicts: [VerdictRow]
    package var actions: [ActionRow]

    package init(
        row: SourceRow, limits: [LimitUse], accounts: [SourceUse], domains: [NameUse], verdicts: [VerdictRow],
        actions: [ActionRow]
    ) {
        self.row = row
        self.limits = limits
        self.accounts = accounts
        self.domains = domains
        self.verdicts = verdicts
        self.actions = actions
    }
}

/// A source that used a domain's name, or a domain whose name a source used.
package struct NameUse: Codable, Sendable, Equatable, Identifiable {
    package var name: String
    /// Messages that DMARC, or SPF where it says nothing, found to be the domain's own.
    package var passed: Int
    package var failed: Int
    /// Neither, such as where the domain publishes nothing.
    package var unknown: Int
    /// All that is counted came since then.
    package var firstSeen: EpochMilliseconds
    package var lastSeen: EpochMilliseconds
    /// It came up in the last hour and only ever failed, while the domain's mail passed before.
    package var isNewFailing: Bool
    package var id: String { name }

    package init(
        name: String, passed: Int, failed: Int, unknown: Int, firstSeen: EpochMilliseconds,
        lastSeen: EpochMilliseconds, isNewFailing: Bool
    ) {
        self.name = name
        self.passed = passed
        self.failed = failed
        self.unknown = unknown
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.isNewFailing = isNewFailing
    }
}

/// The page of a domain.
package struct DomainDetail: Codable, Sendable, Equatable {
    package var row: DomainRow
    /// Who used its name in the last day, the busiest first.
    package var sources: [NameUse]
    /// All sources that are too many to be told one by one.
    package var otherSources: NameUse?

    package init(row: DomainRow, sources: [NameUse], otherSources: NameUse? = nil) {
        self.row = row
        self.sources = sources
        self.otherSources = otherSources
    }
}

/// The page of a carrier.
package struct CarrierDetail: Codable, Sendable, Equatable {
    package var row: CarrierRow
    /// Recipients passed a minute, last hour, oldest first; `nil` where the engine did not run.
    package var passedPerMinute: [Int?]
    package var deferredPerMinute: [Int?]
    package var queue: [QueueRow]
    package var verdicts: [VerdictRow]
    package var actions: [ActionRow]

    package init(
        row: CarrierRow, passedPerMinute: [Int?], deferredPerMinute: [Int?], queue: [QueueRow],
        verdicts:
            [VerdictRow], actions: [ActionRow]
    ) {
        self.row = row
        self.passedPerMinute = passedPerMinute
        self.deferredPerMinute = deferredPerMinute
        self.queue = queue
        self.verdicts = verdicts
        self.actions = actions
    }
}

/// The page of a message.
package struct MessageDetail: Codable, Sendable, Equatable {
    /// `nil` when it is no longer in the queue.
    package var row: QueueRow?
    package var queueID: String
    package var account: String?
    package var verdicts: [VerdictRow]
    package var actions: [ActionRow]

    package init(row: QueueRow?, queueID: String, account: String?, verdicts: [VerdictRow], actions: [ActionRow]) {
        self.row = row
        self.queueID = queueID
        self.account = account
        self.verdicts = verdicts
        self.actions = actions
    }
}
