/// What the second hop asks before it hands mail on to the carriers.
struct OutboundTraffic {
    private var random: RandomStream
    private(set) var transactions: [Transaction] = []
    private static let localhost = ClientHost(address: "127.0.0.1", name: "localhost", helo: "mail.isp.example")

    init(after submissions: [Transaction], seed: UInt64, waiting: [ForwardedMail]) {
        random = RandomStream(seed: seed, purpose: "outbound")
        follow(submissions)
        retry(waiting)
    }

    /// Each message to telephones passes a second or two after its end.
    private mutating func follow(_ submissions: [Transaction]) {
        var passed: [String: Int] = [:]
        for submission in submissions where submission.asksAtEnd {
            let telephones = submission.recipients.filter(Recipients.isTelephone)
            guard !telephones.isEmpty, submission.sender != CastMember.forged || submission.login == CastMember.forged
            else { continue }
            // Of a new account no more than ten a day come this far.
            passed[submission.login, default: 0] += 1
            if submission.login == CastMember.throwaway, passed[submission.login, default: 0] > 9 { continue }
            add(
                at: submission.end + Int64(random.within(700...2200)), from: submission.sender, to: telephones,
                size: submission.size + 310)
        }
    }

    /// Postfix's queue runs while docomo is slow: each minute from 13:50 to 14:45 nine messages a second for twelve
    /// seconds.
    private mutating func retry(_ waiting: [ForwardedMail]) {
        guard !waiting.isEmpty else { return }
        var next = 0
        for minute in 0..<55 {
            for place in 0..<110 {
                let mail = waiting[next % waiting.count]
                next += 1
                let time = DayClock.at(13, 50, 8) + Int64(minute) * 60_000 + Int64(place) * 109
                add(at: time + Int64(random.below(60)), from: mail.sender, to: [mail.recipient], size: mail.size)
            }
        }
    }

    private mutating func add(at time: Int64, from sender: String, to recipients: [String], size: Int) {
        transactions.append(
            Transaction(
                gate: .outbound, start: time, client: Self.localhost, sender: sender, recipients: recipients,
                claimedSize: size, size: size, pace: 12))
    }
}
