/// A verdict with its explanation.
package struct VerdictRow: Codable, Sendable, Equatable, Identifiable {
    /// Rises with every verdict of this engine.
    package var number: Int64
    package var at: EpochMilliseconds
    package var gate: String
    package var protocolState: String
    package var outcome: Outcome
    /// The action that Postfix was given, as sent.
    package var reply: String
    /// The rule that decided: `plan-limit`, `suspended`, `sender-ownership`, `carrier-pace`, …
    package var rule: String
    /// The limit in question: `10 messages per day`, with the plan or override that it comes from in `limitOf`.
    package var limit: String?
    package var limitOf: String?
    /// What was taken of it at that moment, this request included if it was accepted.
    package var count: Int?
    package var quantity: Int?
    package var freeAgain: EpochMilliseconds?
    package var override: OverrideBadge?
    package var waitedMilliseconds: Int?
    package var account: String?
    package var source: String
    package var sender: String
    package var recipient: String
    package var queueID: String?
    /// Postfix's `instance` attribute.
    package var transaction: String?
    package var id: String { String(number) }

    package enum Outcome: String, Codable, Sendable { case accepted, refused, deferred, held }

    package init(
        number: Int64, at: EpochMilliseconds, gate: String, protocolState: String, outcome: Outcome, reply: String,
        rule: String, limit: String?, limitOf: String?, count: Int?, quantity: Int?, freeAgain: EpochMilliseconds?,
        override: OverrideBadge?, waitedMilliseconds: Int?, account: String?, source: String, sender: String,
        recipient: String, queueID: String?, transaction: String?
    ) {
        self.number = number
        self.at = at
        self.gate = gate
        self.protocolState = protocolState
        self.outcome = outcome
        self.reply = reply
        self.rule = rule
        self.limit = limit
        self.limitOf = limitOf
        self.count = count
        self.quantity = quantity
        self.freeAgain = freeAgain
        self.override = override
        self.waitedMilliseconds = waitedMilliseconds
        self.account = account
        self.source = source
        self.sender = sender
        self.recipient = recipient
        self.queueID = queueID
        self.transaction = transaction
    }
}
