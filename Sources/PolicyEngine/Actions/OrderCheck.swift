import ControlProtocol
import MailPolicy

/// What the gatekeeper is to do for an order, once its texts are read and what it names is found.
struct OrderPlan: Sendable {
    /// Overrides to put in force.
    var creating: [Override.Kind] = []
    /// Numbers of those to end.
    var ending: [Int64] = []
    /// What is set, in words, for the audit log.
    var effect = ""
    /// What it acts on, as the engine writes it, whatever the order's spelling.
    var target = ""
}

extension OperatorAction {
    /// The account that it names, if it is about one.
    var account: String? {
        switch self {
        case .suspend(let account, _), .resume(let account), .contain(let account), .limit(.account(let account), _):
            account
        default: nil
        }
    }
}

extension QueueOperation {
    /// Whether it does anything to a message in that queue: what is on hold is not held again, and what is on its way
    /// need not be flushed.
    func applies(to queue: QueueName) -> Bool {
        switch self {
        case .hold: queue != .hold && queue != .maildrop
        case .release: queue == .hold
        case .requeue: queue != .maildrop
        case .delete: true
        case .flush: queue == .deferred || queue == .other
        }
    }

    /// Why it does nothing to the others.
    var obstacle: String {
        switch self {
        case .hold: "on hold already"
        case .release: "not on hold"
        case .requeue: "waiting for pickup(8)"
        case .delete: "gone"
        case .flush: "on hold or on their way already"
        }
    }
}

extension OperatorAction {
    /// The least role that may do it.
    package var requiredRole: Role {
        switch self {
        case .suspend, .resume, .contain, .block, .clear, .queue, .undo: .abuse
        case .limit, .throttle, .whitelist: .oncall
        }
    }
}

/// Reads orders and finds what they name.
enum OrderCheck {
    /// Bytes.
    static let longestReason = 500
    static let longestFor = 10 * 366 * 86_400

    /// - Throws: ``ControlError``.
    static func check(_ order: Order) throws(ControlError) {
        let reason = order.reason
        guard reason.contains(where: { !$0.isWhitespace }) else {
            throw .invalidParameters("a reason is needed: it is what your colleagues read in the audit log")
        }
        guard reason.utf8.count <= longestReason else {
            throw .invalidParameters("the reason has \(reason.utf8.count) bytes; at most \(longestReason) are kept")
        }
        guard !reason.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw .invalidParameters("the reason has control characters in it; write it on one line")
        }
        if let seconds = order.seconds, !(1...longestFor).contains(seconds) {
            throw .invalidParameters("an override lasts from 1 second to 10 years, or leave its end out")
        }
    }

    /// - Throws: ``ControlError``.
    static func plan(_ action: OperatorAction, for gatekeeper: Gatekeeper) throws(ControlError) -> OrderPlan {
        switch action {
        case .suspend(let account, let mode):
            return creating(
                .suspension(account: try login(account, gatekeeper), holds: mode == .hold), gatekeeper)
        case .contain(let account):
            return creating(.suspension(account: try login(account, gatekeeper), holds: false), gatekeeper)
        case .resume(let account):
            return try resume(try login(account, gatekeeper), gatekeeper)
        case .limit(.account(let name), let text):
            return creating(.accountLimit(account: try login(name, gatekeeper), try limit(text)), gatekeeper)
        case .limit(.plan(let name), let text):
            guard gatekeeper.planIndex(name) != nil else {
                throw missing("plan", name, gatekeeper.rulebook.plans.map(\.name))
            }
            return creating(.planLimit(plan: name, try limit(text)), gatekeeper)
        case .throttle(let carrier, let perSecond):
            return creating(
                .throttle(carrier: try self.carrier(carrier, gatekeeper), perSecond: try rate(perSecond)), gatekeeper)
        case .whitelist(let text, let name):
            let carrier: String?
            if let name { carrier = try self.carrier(name, gatekeeper) } else { carrier = nil }
            return creating(.whitelist(try network(text), carrier: carrier), gatekeeper)
        case .block(let text):
            return creating(.block(try network(text)), gatekeeper)
        case .clear(let text):
            return try clear(try network(text), gatekeeper)
        case .queue, .undo:
            return OrderPlan()
        }
    }

    private static func creating(_ kind: Override.Kind, _ gatekeeper: Gatekeeper) -> OrderPlan {
        OrderPlan(
            creating: [kind], ending: gatekeeper.superseded(by: kind), effect: kind.effect, target: kind.auditTarget)
    }

    private static func resume(_ login: String, _ gatekeeper: Gatekeeper) throws(ControlError) -> OrderPlan {
        let ending = gatekeeper.superseded(by: .suspension(account: login, holds: false))
        guard !ending.isEmpty else { throw .notFound("\(login) is not suspended") }
        return OrderPlan(ending: ending, effect: "active again", target: login)
    }

    private static func clear(_ network: Network, _ gatekeeper: Gatekeeper) throws(ControlError) -> OrderPlan {
        let ending = gatekeeper.superseded(by: .block(network))
        guard !ending.isEmpty else {
            throw .notFound("no operator has blocked or whitelisted exactly \(network)")
        }
        return OrderPlan(ending: ending, effect: "no rule by an operator any more", target: network.description)
    }

    // MARK: Names

    static func login(_ name: String, _ gatekeeper: Gatekeeper) throws(ControlError) -> String {
        guard let account = gatekeeper.accounts.find(name) else { throw .notFound(unknownAccount(name)) }
        return gatekeeper.accounts.login(account)
    }

    static func unknownAccount(_ name: String) -> String {
        "no account \"\(name.prefix(200))\" is in the directory, and none was seen"
    }

    static func carrier(_ name: String, _ gatekeeper: Gatekeeper) throws(ControlError) -> String {
        guard gatekeeper.carrierIndex(name) != nil else {
            throw missing("carrier", name, gatekeeper.rulebook.carriers.map(\.name))
        }
        return name
    }

    static func missing(_ what: String, _ name: String, _ known: [String]) -> ControlError {
        let nearest = nearestName(to: name, among: known).map { "did you mean \"\($0)\"?" }
        return .notFound(
            "no \(what) is named \"\(name.prefix(200))\"; "
                + (nearest ?? "there are \(known.isEmpty ? "none" : known.joined(separator: ", "))"))
    }

    static func network(_ text: String) throws(ControlError) -> Network {
        do {
            return try Network(parsing: text)
        } catch {
            throw .invalidParameters("\(error)")
        }
    }

    private static func limit(_ text: String) throws(ControlError) -> Limit {
        do {
            return try Limit(parsing: text)
        } catch {
            throw .invalidParameters("\(error)")
        }
    }

    private static func rate(_ perSecond: Double) throws(ControlError) -> Double {
        guard perSecond.isFinite, perSecond >= 0, perSecond <= 100_000 else {
            throw .invalidParameters("a rate is 0 to 100,000 recipients a second, not \(perSecond)")
        }
        guard perSecond == 0 || perSecond >= 0.001 else {
            throw .invalidParameters(
                "\(perSecond) a second is less than one in a thousand seconds; to stop a carrier, say 0")
        }
        return perSecond
    }
}

extension Override.Kind {
    /// What it is about, as the audit log names it.
    var auditTarget: String {
        switch self {
        case .suspension(let account, _), .accountLimit(let account, _): account
        case .planLimit(let plan, _): "plan \(plan)"
        case .throttle(let carrier, _): carrier
        case .whitelist(let network, _), .block(let network): network.description
        }
    }
}
