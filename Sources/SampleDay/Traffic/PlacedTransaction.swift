/// A transaction as one smtpd process served it.
struct PlacedTransaction: Sendable {
    var transaction: Transaction
    /// Number of the connection from that smtpd to the policy server.
    var connection: Int
    /// Of smtpd.
    var processID: Int
    /// How many transactions the process had had before.
    var sequence: Int
    var clientPort: Int
    /// Microseconds within the millisecond.
    var microsecond: Int
    var inode: Int
    var encryption: Encryption
    /// Some mail programs use LOGIN or CRAM-MD5.
    var saslMethod: String

    /// `instance`, as smtpd.c writes it: process, seconds, microseconds, sequence.
    var instance: String {
        let seconds = transaction.start / 1000
        let micros = Int(transaction.start % 1000) * 1000 + microsecond
        return [
            String(processID, radix: 16), String(seconds, radix: 16), String(micros, radix: 16),
            String(sequence, radix: 16),
        ].joined(separator: ".")
    }

    /// The queue file is made after the first RCPT (`smtpd_delay_open_until_valid_rcpt`).
    var queueID: String {
        let opened = transaction.time(ofStep: 0) + 2
        return QueueIDText.make(
            seconds: Int(opened / 1000), microseconds: Int(opened % 1000) * 1000 + microsecond, inode: inode)
    }

    enum Encryption: Sendable { case none, tls12, tls13 }
}
