/// Why mail waits, in Postfix's and the carriers' own words.
enum DelayReasons {
    private static let docomo = "mx.docomo.ne.jp[192.0.2.1]"
    private static let au = "mx.ezweb.ne.jp[192.0.2.65]"
    private static let softbank = "mx.softbank.ne.jp[192.0.2.129]"

    /// docomo has slowed down: most wait for a greeting. 5xx replies are kept in the queue by `soft_bounce`.
    static func docomo(_ recipient: String, _ random: inout RandomStream) -> String {
        switch random.pick(weights: [50, 25, 14, 6, 3, 2]) {
        case 0: "conversation with \(docomo) timed out while receiving the initial server greeting"
        case 1: "lost connection with \(docomo) while receiving the initial server greeting"
        case 2: "host \(docomo) refused to talk to me: 421 Service not available, closing transmission channel"
        case 3: "host \(docomo) said: 554 Transaction failed (in reply to end of DATA command)"
        case 4: "host \(docomo) said: 550 Unknown user \(recipient) (in reply to end of DATA command)"
        default: "host \(docomo) said: 552 Too much mail data (in reply to end of DATA command)"
        }
    }

    /// au shows congestion as a reset.
    static func au(_ recipient: String, _ random: inout RandomStream) -> String {
        switch random.pick(weights: [60, 30, 10]) {
        case 0: "lost connection with \(au) while sending RCPT TO"
        case 1: "connect to \(au):25: Connection reset by peer"
        default: "host \(au) said: 550 <\(recipient)>: User unknown (in reply to RCPT TO command)"
        }
    }

    static func softbank(_ recipient: String, _ random: inout RandomStream) -> String {
        switch random.pick(weights: [60, 25, 15]) {
        case 0: "connect to \(softbank):25: Connection timed out"
        case 1: "host \(softbank) said: 550 Invalid recipient: <\(recipient)> (in reply to RCPT TO command)"
        default: "host \(softbank) said: 553 \(recipient) does not exist (in reply to RCPT TO command)"
        }
    }

    static func elsewhere(_ recipient: String, _ random: inout RandomStream) -> String {
        let domain = recipient.split(separator: "@").last.map(String.init) ?? ""
        let host = "mx1.\(domain)[198.18.\(domain.utf8.count).25]"
        switch random.below(4) {
        case 0: return "connect to \(host):25: Connection timed out"
        case 1:
            return
                "Host or domain name not found. Name service error for name=\(domain) type=MX: Host not found, try again"
        case 2: return "host \(host) said: 452 4.2.2 <\(recipient)>: Mailbox full (in reply to RCPT TO command)"
        default:
            return "host \(host) said: 450 4.2.0 <\(recipient)>: Recipient address rejected: Greylisted "
                + "(in reply to RCPT TO command)"
        }
    }
}
