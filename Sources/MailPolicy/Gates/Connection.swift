/// What a gate remembers of one policy connection between requests.
package struct Connection: Sendable {
    /// The transaction of its last request, and that transaction's key, since the place may be another's by now.
    var transaction: Int32 = -1
    var transactionKey: UInt64 = 0
    /// Key of the last request, whether or not it opened a transaction.
    var lastKey: UInt64 = 0
    /// Identity of what was asked last, and what was answered: what Postfix repeats when the connection breaks.
    var lastAsked: UInt64 = 0
    var lastVerdict: Verdict?
    /// The ticket under which its request waits, or 0.
    var ticket: UInt64 = 0

    package init() {}
}
