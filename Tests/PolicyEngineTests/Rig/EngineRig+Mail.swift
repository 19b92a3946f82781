import ControlTesting
import MailPolicy
import PostfixProtocols
import Synchronization

@testable import PolicyEngine

/// A message as it comes to a gate.
struct RigMail: Sendable {
    var gate = Gate.submission
    var login = "yamada88@isp.example"
    /// The login, where it is `nil`.
    var sender: String?
    var recipients = ["hanako@elsewhere.example"]
    var client = "192.0.2.200"
    var queueID = ""
    var instance = ""
    var size = 1_000
}

private let lastInstance = Atomic<Int>(0)

extension EngineRig {
    /// What Postfix is told; `WAIT` where the answer would come later.
    func ask(_ text: PolicyRequestText, on connection: inout Connection) -> String {
        let bytes = text.encoded
        guard let parsed = try? PolicyRequest.parse(bytes.span),
            let request = try? GateRequest(parsed, in: bytes.span, boundTo: nil)
        else { return "BAD" }
        switch engine.gatehouse.decide(request, in: bytes.span, on: &connection) {
        case .dunno: return "DUNNO"
        case .action(let bytes): return String(decoding: bytes.dropFirst(7).dropLast(2), as: UTF8.self)
        case .wait: return "WAIT"
        }
    }

    func text(of mail: RigMail, _ state: PolicyRequest.ProtocolState, recipient: String = "") -> PolicyRequestText {
        var text = PolicyRequestText()
        text.policyContext = mail.gate.name
        text.protocolState = state
        text.clientAddress = mail.client
        text.sender = mail.sender ?? mail.login
        text.recipient = recipient
        text.saslUsername = mail.login
        text.saslMethod = mail.login.isEmpty ? "" : "plain"
        text.instance = mail.instance
        text.size = mail.size
        return text
    }

    func newInstance() -> String { "rig.\(lastInstance.add(1, ordering: .relaxed).newValue).0" }

    /// Sends a message as smtpd asks about it, and tells the last answer.
    @discardableResult
    func send(_ mail: RigMail) -> String {
        var mail = mail
        if mail.instance.isEmpty { mail.instance = newInstance() }
        var connection = Connection()
        defer { engine.gatehouse.end(&connection) }
        var accepted = 0
        var answer = ""
        for recipient in mail.recipients {
            answer = ask(text(of: mail, .rcpt, recipient: recipient), on: &connection)
            if answer == "DUNNO" || answer.hasPrefix("HOLD") { accepted += 1 }
        }
        guard accepted > 0, mail.gate == .submission else { return answer }
        var end = text(of: mail, .endOfMessage, recipient: accepted == 1 ? mail.recipients.last ?? "" : "")
        end.queueID = mail.queueID
        end.recipientCount = accepted
        return ask(end, on: &connection)
    }

    /// Sends a message, and puts it in the queue; returns when the engine knows whose it is.
    func enqueue(
        _ id: String, of login: String, to recipients: [String] = ["a@docomo.ne.jp"], in name: QueueName = .deferred
    )
        async throws
    {
        send(RigMail(login: login, recipients: recipients, queueID: id))
        try await place(id, sender: login, to: recipients, in: name)
        let isKnown = await eventually {
            self.engine.core.queueBoard.index.accounts(ofQueueID: id) == [login.lowercased()]
        }
        if !isKnown { throw RigError.notJoined(id) }
    }

    func place(_ id: String, sender: String, to recipients: [String], in name: QueueName) async throws {
        let open = recipients.map { (address: $0, reason: name == .deferred ? "timed out" as String? : nil) }
        queue.add(
            QueuedMessage(
                instance: DemoQueue.instance, queueID: id, queue: name, arrival: clock.now.wall, size: 1_000,
                sender: sender, recipients: QueuedRecipients(open)), to: open, nextTry: .max)
        let isSeen = await eventually {
            self.queue.publish()
            return self.engine.core.queueBoard.index.find("demo/\(id)") != nil
        }
        if !isSeen { throw RigError.notSeen(id) }
        // The account is learnt by the recorder in its own time.
        _ = await eventually(within: .seconds(5)) {
            self.queue.publish()
            return self.engine.core.queueBoard.index.accounts(ofQueueID: id) != [nil]
        }
    }

    func queueName(of id: String) -> QueueName? {
        let index = engine.core.queueBoard.index
        return index.find("demo/\(id)").map { index.messages.queue(at: $0) }
    }
}

enum RigError: Error {
    case notSeen(String)
    case notJoined(String)
}

extension QueueIndex {
    fileprivate func accounts(ofQueueID id: String) -> [String?] {
        messages.indices.filter { messages[$0].queueID == id }.map { accounts[$0] }
    }
}
