/// What a gate remembers of one policy connection between requests.
package struct Connection: Sendable {
    /// The transaction of its last request. Its place may be another's by now, so its serial number goes with it.
    var transaction: Int32 = -1
    var transactionSerial: UInt64 = 0
    var transactionKey: UInt64 = 0
    /// Key of the last request, whether or not it opened a transaction.
    var lastKey: UInt64 = 0
    /// The ticket under which its request waits, or 0.
    var ticket: UInt64 = 0

    package init() {}
}
