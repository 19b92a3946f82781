/// Whose message has a queue ID.
package struct QueueOwner: Sendable, Equatable {
    package var queueID: String
    /// The number of the account's row.
    package var account: Int64
    /// When it was last known to be so, milliseconds since 1970. Hand one in again to keep it longer.
    package var at: Int64

    package init(queueID: String, account: Int64, at: Int64) {
        self.queueID = queueID
        self.account = account
        self.at = at
    }
}
