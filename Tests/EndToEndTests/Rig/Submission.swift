import Foundation

/// What a server answered to one transaction.
struct Submission: Sendable {
    var mail: SMTPReply
    /// One for each RCPT.
    var recipients: [SMTPReply] = []
    /// The reply to the end of the message, or to DATA where that was refused; `nil` when it did not come so far.
    var end: SMTPReply?

    /// The server took the message.
    var accepted: Bool { end?.code == 250 }

    /// The first reply that is no success: why the message did not go.
    var refusal: SMTPReply? { ([mail] + recipients + [end].compactMap { $0 }).first { !$0.isPositive } }

    /// From Postfix's `250 2.0.0 Ok: queued as ID`.
    var queueID: String? {
        guard let end, end.code == 250, let mark = end.text.range(of: "queued as ") else { return nil }
        return String(end.text[mark.upperBound...].prefix { !$0.isWhitespace })
    }
}
