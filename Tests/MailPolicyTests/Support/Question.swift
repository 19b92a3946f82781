@testable import MailPolicy

/// A policy request as Postfix writes it.
struct Question {
    var gate = Gate.submission
    var state = GateRequest.State.recipient
    var login = "taro@example.org"
    var sender = "taro@example.org"
    var recipient = "hanako@elsewhere.example"
    var client = "192.0.2.1"
    var instance = "4a2.5f3a8b12.1"
    var recipientCount: Int64 = 0
    var size: Int64 = 0

    /// The same message at END-OF-MESSAGE.
    func atEnd(recipients: Int64 = 1, size: Int64? = nil) -> Question {
        var question = self
        question.state = .endOfMessage
        question.recipientCount = recipients
        if recipients != 1 { question.recipient = "" }
        if let size { question.size = size }
        return question
    }

    func with(_ change: (inout Question) -> Void) -> Question {
        var question = self
        change(&question)
        return question
    }

    private var stateName: String {
        switch state {
        case .mail: "MAIL"
        case .recipient: "RCPT"
        case .data: "DATA"
        case .endOfMessage: "END-OF-MESSAGE"
        case .other: "EHLO"
        }
    }

    func decide<Answer>(_ body: (GateRequest, Span<UInt8>) -> Answer) -> Answer {
        var text: [UInt8] = []
        func put(_ name: String, _ value: String) -> Range<Int> {
            text += Array("\(name)=".utf8)
            let start = text.count
            text += Array(value.utf8)
            text.append(UInt8(ascii: "\n"))
            return start..<text.count - 1
        }
        _ = put("request", "smtpd_access_policy")
        _ = put("protocol_state", stateName)
        let instance = put("instance", instance)
        let queueID = put("queue_id", "4Yd3Kp0Xr5z1B")
        let sender = put("sender", sender)
        let recipient = put("recipient", recipient)
        _ = put("recipient_count", "\(recipientCount)")
        let client = put("client_address", client)
        let login = put("sasl_username", login)
        _ = put("size", "\(size)")
        text.append(UInt8(ascii: "\n"))
        let request = GateRequest(
            gate: gate, state: state, login: login, sender: sender, recipient: recipient, clientAddress: client,
            instance: instance, queueID: queueID, recipientCount: recipientCount, size: size)
        return body(request, text.span)
    }
}

extension Gatekeeper {
    mutating func put(_ question: Question, on connection: inout Connection, at now: Moment) -> Decision {
        question.decide { request, text in decide(request, in: text, on: &connection, at: now) }
    }

    /// Asks where the answer comes at once.
    mutating func ask(_ question: Question, on connection: inout Connection, at now: Moment) -> Verdict {
        guard case .answer(let verdict) = put(question, on: &connection, at: now) else {
            return Verdict(.deferred, .notJudged)
        }
        return verdict
    }

    /// A whole message of one recipient on a connection of its own: RCPT, then END-OF-MESSAGE if that passes.
    mutating func send(_ question: Question, at now: Moment) -> Verdict {
        var connection = Connection()
        defer { end(&connection, at: now) }
        let verdict = ask(question, on: &connection, at: now)
        guard verdict.outcome == .accepted, question.gate == .submission else { return verdict }
        return ask(question.atEnd(), on: &connection, at: now)
    }

    func count(_ limit: Limit, login: String, at now: Moment) -> Int64 {
        guard let account = accounts.find(login) else { return 0 }
        let key = MeterKey(.account, account)
        return meters.count(of: AppliedLimit(limit, from: .sourceRules), for: key, at: now, zone: rulebook.zone).count
    }
}

extension Moment {
    /// 2026-11-25 12:00:00 in Tokyo.
    static let noon = Moment(1_795_575_600_000)

    static func + (moment: Moment, span: Milliseconds) -> Moment { moment.advanced(by: span) }
}

extension Milliseconds {
    static let second: Milliseconds = 1000
    static let minute: Milliseconds = 60_000
    static let hour: Milliseconds = 3_600_000
    static let day: Milliseconds = 86_400_000
}
