/// One MAIL transaction, of which smtpd asks at each RCPT and, at the submission gate, at its end.
struct Transaction: Sendable {
    enum Gate: String, Sendable, CaseIterable { case submission, outbound, mx }

    var gate: Gate
    /// UTC milliseconds of MAIL FROM.
    var start: Int64
    var client: ClientHost
    /// The SASL login; empty without.
    var login = ""
    var sender: String
    var recipients: [String]
    /// Bytes that the client announced; 0 if it did not.
    var claimedSize: Int
    /// Bytes at the end of the message.
    var size: Int
    /// Milliseconds from one RCPT to the next, and from the last to the end of the message.
    var pace: Int64 = 40
    /// The client went away before the end of the message.
    var isAborted = false
    /// Postfix refused every recipient for reasons of its own.
    var isRefusedByPostfix = false
    /// Whether END-OF-MESSAGE is asked.
    var asksAtEnd: Bool { gate == .submission && !isAborted && !isRefusedByPostfix && !login.isEmpty }

    /// The time at which step `index` is asked: the recipients, then the end.
    func time(ofStep index: Int) -> Int64 {
        // The body takes as long as 2 MB/s need.
        start + 20 + Int64(index) * pace + (index == recipients.count ? Int64(size / 2000) : 0)
    }

    var steps: Int { recipients.count + (asksAtEnd ? 1 : 0) }
    var end: Int64 { time(ofStep: max(steps - 1, 0)) + 5 }
}
