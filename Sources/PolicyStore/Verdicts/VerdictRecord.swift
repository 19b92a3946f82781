/// A verdict with its explanation, as the console asks for it later.
package struct VerdictRecord: Sendable, Equatable {
    package var number: Int64
    /// Milliseconds since 1970.
    package var at: Int64
    package var gate: String
    /// The protocol state in which Postfix asked.
    package var state: String
    /// `refused`, `deferred`, `held`, `accepted`.
    package var outcome: String
    package var reply: String
    package var rule: String
    package var limitText: String?
    package var limitOf: String?
    package var count: Int64?
    package var quantity: Int64?
    /// Milliseconds since 1970.
    package var freeAgain: Int64?
    package var overrideID: Int64?
    package var waitedMilliseconds: Int64?
    package var account: String?
    package var source: String
    package var sender: String
    package var recipient: String
    package var queueID: String?
    package var instance: String?

    package init(
        number: Int64, at: Int64, gate: String, state: String, outcome: String, reply: String, rule: String,
        limitText: String? = nil, limitOf: String? = nil, count: Int64? = nil, quantity: Int64? = nil,
        freeAgain: Int64? = nil, overrideID: Int64? = nil, waitedMilliseconds: Int64? = nil, account: String? = nil,
        source: String, sender: String, recipient: String, queueID: String? = nil, instance: String? = nil
    ) {
        self.number = number
        self.at = at
        self.gate = gate
        self.state = state
        self.outcome = outcome
        self.reply = reply
        self.rule = rule
        self.limitText = limitText
        self.limitOf = limitOf
        self.count = count
        self.quantity = quantity
        self.freeAgain = freeAgain
        self.overrideID = overrideID
        self.waitedMilliseconds = waitedMilliseconds
        self.account = account
        self.source = source
        self.sender = sender
        self.recipient = recipient
        self.queueID = queueID
        self.instance = instance
    }

    static let columns = """
        number, at, gate, state, outcome, reply, rule, limit_text, limit_of, count, quantity, free_again, override_id, \
        waited, account, source, sender, recipient, queue_id, instance
        """

    init(_ row: StatementColumns) {
        self.init(
            number: row.integer(0), at: row.integer(1), gate: row.string(2), state: row.string(3),
            outcome: row.string(4), reply: row.string(5), rule: row.string(6), limitText: row.optionalString(7),
            limitOf: row.optionalString(8), count: row.optionalInteger(9), quantity: row.optionalInteger(10),
            freeAgain: row.optionalInteger(11), overrideID: row.optionalInteger(12),
            waitedMilliseconds: row.optionalInteger(13), account: row.optionalString(14), source: row.string(15),
            sender: row.string(16), recipient: row.string(17), queueID: row.optionalString(18),
            instance: row.optionalString(19))
    }
}

/// What verdicts are found by.
package enum VerdictKey: Sendable, Equatable {
    case account(String)
    case source(String)
    case queueID(String)
    case instance(String)

    var column: String {
        switch self {
        case .account: "account"
        case .source: "source"
        case .queueID: "queue_id"
        case .instance: "instance"
        }
    }

    var value: String {
        switch self {
        case .account(let value), .source(let value), .queueID(let value), .instance(let value): value
        }
    }
}
