/// What marks an account as stolen or thrown away, and what follows.
package struct SignRules: Sendable, Equatable {
    package enum Response: String, Sendable, CaseIterable {
        /// The operator sees the mark with its evidence.
        case mark
        /// The account is suspended, as an override whose actor is the rule.
        case suspend
        /// As `suspend`, but mail is accepted and held.
        case hold
    }

    /// Source networks (/24, /64) of one account in an hour.
    package var networksPerHour: Int
    /// Unknown recipients at our own domains in an hour.
    package var unknownRecipientsPerHour: Int
    /// Messages in the last hour over the account's own busiest usual hour: 10 means ten times as many.
    package var timesItsOwnPast: Double
    /// Below so many messages in an hour a rate is no sign.
    package var leastMessagesPerHour: Int
    package var response: Response
    /// How long an automatic suspension lasts.
    package var suspendFor: Milliseconds

    package init(
        networksPerHour: Int = 12, unknownRecipientsPerHour: Int = 30, timesItsOwnPast: Double = 10,
        leastMessagesPerHour: Int = 60, response: Response = .mark, suspendFor: Milliseconds = 86_400_000
    ) {
        self.networksPerHour = networksPerHour
        self.unknownRecipientsPerHour = unknownRecipientsPerHour
        self.timesItsOwnPast = timesItsOwnPast
        self.leastMessagesPerHour = leastMessagesPerHour
        self.response = response
        self.suspendFor = suspendFor
    }
}
