import MailPolicy

/// A verdict as the journal keeps it: fixed in size, its texts in the journal's bytes.
package struct JournalRecord: Sendable {
    /// Rises by one with every verdict.
    package var number: Int64
    package var at: Moment
    package var gate: Gate
    package var state: GateRequest.State
    package var verdict: Verdict
    var texts: Texts

    /// Lengths of the texts, which lie one after the other from `start` on.
    struct Texts: Sendable {
        /// Counted from the journal's first byte ever.
        var start: Int
        var source: UInt16 = 0
        var login: UInt16 = 0
        var sender: UInt16 = 0
        var recipient: UInt16 = 0
        var queueID: UInt16 = 0
        var instance: UInt16 = 0
        var reply: UInt16 = 0

        var count: Int {
            Int(source) + Int(login) + Int(sender) + Int(recipient) + Int(queueID) + Int(instance) + Int(reply)
        }
    }
}

/// A record with its texts, copied out of the journal.
package struct ExplainedVerdict: Sendable {
    package var record: JournalRecord
    package var source: String
    package var login: String
    package var sender: String
    package var recipient: String
    package var queueID: String
    package var instance: String
    /// The action as Postfix was given it; empty where it is DUNNO.
    package var reply: String
}
