/// What decided.
package enum Rule: UInt8, Sendable, CaseIterable {
    /// Nothing spoke against it.
    case passed
    /// The state of the dialogue is none at which this gate judges.
    case notJudged
    /// The same was asked before; the answer is the same and nothing is counted twice.
    case repeated
    case unauthenticated
    case unknownAccount
    case suspended
    case senderOwnership
    case nullSender
    case carrierRecipients
    case carrierSize
    case planLimit
    case carrierAccept
    case carrierPace
    case whitelisted
    case blocked
    case sourceLimit
    case harvesting
    case unknownRecipient
    /// The author's domain disowns the message.
    case dmarc
    /// It does, but who passed the message on vouches for it, or may do so when the DNS answers.
    case trustedSealer
    /// Nobody can tell whose the message says it is.
    case unknownAuthor

    package var name: String {
        switch self {
        case .passed: "passed"
        case .notJudged: "not-judged"
        case .repeated: "repeated"
        case .unauthenticated: "unauthenticated"
        case .unknownAccount: "unknown-account"
        case .suspended: "suspended"
        case .senderOwnership: "sender-ownership"
        case .nullSender: "null-sender"
        case .carrierRecipients: "carrier-recipients"
        case .carrierSize: "carrier-size"
        case .planLimit: "plan-limit"
        case .carrierAccept: "carrier-accept"
        case .carrierPace: "carrier-pace"
        case .whitelisted: "whitelisted"
        case .blocked: "blocked"
        case .sourceLimit: "source-limit"
        case .harvesting: "harvesting"
        case .unknownRecipient: "unknown-recipient"
        case .dmarc: "dmarc"
        case .trustedSealer: "trusted-sealer"
        case .unknownAuthor: "unknown-author"
        }
    }

    /// Whether what it accepts goes on with a mark in its header.
    package var marksMessage: Bool { self == .dmarc || self == .unknownAuthor }
}

/// What a gate answers, with the rule and the figures that led to it.
package struct Verdict: Sendable {
    package enum Outcome: UInt8, Sendable, CaseIterable {
        /// DUNNO: Postfix's own restrictions go on.
        case accepted
        /// 5xx.
        case refused
        /// 4xx.
        case deferred
        /// Accepted, and put on hold in the queue.
        case held

        package var name: String {
            switch self {
            case .accepted: "accepted"
            case .refused: "refused"
            case .deferred: "deferred"
            case .held: "held"
            }
        }
    }

    package var outcome: Outcome
    package var rule: Rule
    /// The limit that refused, or the one nearest to its end.
    package var limit: LimitCount?
    /// The override that decided, or 0.
    package var override: Int64 = 0
    package var account: Int32 = -1
    package var carrier: Int32 = -1
    /// Wall time at which the same request would pass, where that is known and the limit does not tell it.
    package var freeAgain: Milliseconds?
    /// How long the answer was held back.
    package var waited: Milliseconds = 0
    /// The sender was over on so many days that the reply points to the bulk service.
    package var pointsToBulkService = false
    /// The account's meters have one message more of it.
    package var countsMessage = false

    package init(_ outcome: Outcome, _ rule: Rule, carrier: Int32 = -1) {
        self.outcome = outcome
        self.rule = rule
        self.carrier = carrier
    }

    /// Carriers have new numbers.
    mutating func renumberCarrier(_ moved: [Int32: Int32]) {
        guard carrier >= 0 else { return }
        let new = moved[carrier] ?? -1
        carrier = new
        if case .carrier = limit?.limit.origin { limit?.limit.origin = .carrier(new) }
    }
}

/// What a gate does with a request.
package enum Decision: Sendable {
    case answer(Verdict)
    /// The answer comes from ``Gatekeeper/advancePacers(at:)`` under this ticket.
    case wait(ticket: UInt64)
}
