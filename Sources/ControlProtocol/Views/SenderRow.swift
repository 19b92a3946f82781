/// One account as the senders' table shows it.
package struct SenderRow: Codable, Sendable, Equatable, Identifiable {
    package var account: String
    /// The holder's name, where the directory has one.
    package var name: String?
    package var plan: String
    /// When the account was signed up, or first seen if the directory does not know it.
    package var signedUp: EpochMilliseconds?
    package var inDirectory: Bool
    /// Messages accepted in the last minute.
    package var messagesPerMinute: Int
    /// The limit that is nearest to its end: `10 messages per day`; `nil` where the plan has none.
    package var limit: String?
    package var used: Int
    package var quantity: Int
    /// Used part of the nearest limit, 0 to 1.
    package var fraction: Double
    /// When one more would pass, while the limit is used up.
    package var freeAgain: EpochMilliseconds?
    /// Source networks (/24, /64) in the last hour.
    package var networks: Int
    package var refusedLastHour: Int
    /// Messages in the queue.
    package var queued: Int
    package var state: State
    /// Signs of a stolen or throw-away account, with their evidence.
    package var marks: [String]
    package var overrides: [OverrideBadge]
    package var id: String { account }

    package enum State: String, Codable, Sendable { case active, limited, suspended, held }

    package init(
        account: String, name: String?, plan: String, signedUp: EpochMilliseconds?, inDirectory: Bool,
        messagesPerMinute: Int, limit: String?, used: Int, quantity: Int, fraction: Double,
        freeAgain:
            EpochMilliseconds?, networks: Int, refusedLastHour: Int, queued: Int, state: State, marks: [String],
        overrides: [OverrideBadge]
    ) {
        self.account = account
        self.name = name
        self.plan = plan
        self.signedUp = signedUp
        self.inDirectory = inDirectory
        self.messagesPerMinute = messagesPerMinute
        self.limit = limit
        self.used = used
        self.quantity = quantity
        self.fraction = fraction
        self.freeAgain = freeAgain
        self.networks = networks
        self.refusedLastHour = refusedLastHour
        self.queued = queued
        self.state = state
        self.marks = marks
        self.overrides = overrides
    }
}
