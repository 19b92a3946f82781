/// One glance: is there anything that needs a person?
package struct Overview: Codable, Sendable, Equatable {
    package var mail: MailSeries
    package var attention: [Attention]
    package var queue: [QueueAges]
    package var nearestLimits: [SenderRow]
    package var topSources: [SourceRow]
    package var domains: [DomainRow]

    package init(
        mail: MailSeries, attention: [Attention], queue: [QueueAges], nearestLimits: [SenderRow],
        topSources: [SourceRow], domains: [DomainRow]
    ) {
        self.mail = mail
        self.attention = attention
        self.queue = queue
        self.nearestLimits = nearestLimits
        self.topSources = topSources
        self.domains = domains
    }
}

/// Verdicts a minute, oldest first. A minute in which the engine did not run is `nil`: a gap, not a zero.
package struct MailSeries: Codable, Sendable, Equatable {
    /// Start of the first minute.
    package var from: EpochMilliseconds
    package var accepted: [Int?]
    package var refused: [Int?]
    package var deferred: [Int?]
    package var held: [Int?]

    package init(from: EpochMilliseconds, accepted: [Int?], refused: [Int?], deferred: [Int?], held: [Int?]) {
        self.from = from
        self.accepted = accepted
        self.refused = refused
        self.deferred = deferred
        self.held = held
    }
}

/// Something that a person should look at, with the subject to open and the verb that is at hand for it.
package struct Attention: Codable, Sendable, Equatable, Identifiable {
    package var at: EpochMilliseconds
    package var kind: Kind
    package var subject: String
    package var evidence: String
    /// The verb that the console offers: `contain`, `suspend`, `throttle`, `block`; `nil` where none helps.
    package var verb: String?
    package var id: String { "\(kind.rawValue):\(subject)" }

    package enum Kind: String, Codable, Sendable { case account, source, carrier, domain, feed, store }

    package init(at: EpochMilliseconds, kind: Kind, subject: String, evidence: String, verb: String?) {
        self.at = at
        self.kind = kind
        self.subject = subject
        self.evidence = evidence
        self.verb = verb
    }
}

/// Queued recipients of one carrier by age of their message, as `qshape` counts them.
package struct QueueAges: Codable, Sendable, Equatable, Identifiable {
    package var carrier: String
    package var total: Int
    /// Younger than 5, 10, 20, 40, 80 minutes, and older.
    package var ages: [Int]
    package var id: String { carrier }

    package static let bounds = [5, 10, 20, 40, 80]

    package init(carrier: String, total: Int, ages: [Int]) {
        self.carrier = carrier
        self.total = total
        self.ages = ages
    }
}
