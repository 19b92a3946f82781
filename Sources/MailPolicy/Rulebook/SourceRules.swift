/// What the mx gate holds client addresses and networks to.
package struct SourceRules: Sendable, Equatable {
    package enum UnknownRecipients: String, Sendable, CaseIterable {
        /// Counted against the source; Postfix decides about the recipient.
        case count
        /// Counted, and refused with `550 5.1.1`.
        case refuse
    }

    /// Points that one event of the last hour adds to a source's score.
    package struct Weights: Sendable, Equatable {
        package var unknownRecipient: Int
        package var overLimit: Int
        package var blocked: Int
        package var unauthenticated: Int
        package var forgedSender: Int
        package var suspendedAccount: Int
        package var failedDMARC: Int

        package init(
            unknownRecipient: Int = 1, overLimit: Int = 1, blocked: Int = 0, unauthenticated: Int = 1,
            forgedSender: Int = 3, suspendedAccount: Int = 2, failedDMARC: Int = 1
        ) {
            self.unknownRecipient = unknownRecipient
            self.overLimit = overLimit
            self.blocked = blocked
            self.unauthenticated = unauthenticated
            self.forgedSender = forgedSender
            self.suspendedAccount = suspendedAccount
            self.failedDMARC = failedDMARC
        }
    }

    package var addressLimits: [Limit]
    package var networkLimits: [Limit]
    /// After so many unknown recipients in an hour an address, or where it is IPv6 its /64, is harvesting and is deferred;
    /// `nil` for never.
    package var harvestingAfter: Int?
    package var unknownRecipients: UnknownRecipients
    package var blocked: [Network]
    package var whitelisted: [Network]
    package var weights: Weights
    /// From this score on a source is shown as needing a person.
    package var alertScore: Int
    /// The most addresses, and as many networks, that are kept; the heaviest survive.
    package var kept: Int

    package init(
        addressLimits: [Limit] = [], networkLimits: [Limit] = [], harvestingAfter: Int? = nil,
        unknownRecipients: UnknownRecipients = .count, blocked: [Network] = [], whitelisted: [Network] = [],
        weights: Weights = Weights(), alertScore: Int = 100, kept: Int = 200_000
    ) {
        self.addressLimits = addressLimits
        self.networkLimits = networkLimits
        self.harvestingAfter = harvestingAfter
        self.unknownRecipients = unknownRecipients
        self.blocked = blocked
        self.whitelisted = whitelisted
        self.weights = weights
        self.alertScore = alertScore
        self.kept = kept
    }
}
