import ControlProtocol
import Logging
import MailPolicy
import PolicyStore

/// Tells of accounts that began to look stolen or thrown away, and suspends them where the rulebook says so: as an
/// override whose actor is the rule, which an operator can undo like any other.
///
/// What an operator has decided about an account stands: while it is suspended nothing is changed, and after an operator
/// has suspended, resumed or undone, the rule leaves the account alone for as long as its own suspension would have
/// lasted. The operator sees the mark all the same.
struct SignResponder: Sendable {
    let core: EngineCore
    let desk: ActionDesk
    let logger: Logger

    static let actor = Actor(name: "rule:signs", userID: nil, role: .admin)
    private static let longestEvidence = 400
    private static let decisions = ["suspend", "contain", "resume"]

    func respond(to signs: [SignEvent]) {
        let logins = core.gatehouse.withState { state, _ in signs.map { state.gatekeeper.accounts.login($0.account) } }
        for (sign, login) in zip(signs, logins) {
            logger.warning("sign", metadata: ["account": "\(login)", "evidence": "\(sign.evidence)"])
            guard sign.response != .mark else { continue }
            Task { await suspend(login, sign) }
        }
    }

    private func suspend(_ login: String, _ sign: SignEvent) async {
        let span = core.gatehouse.withState { state, _ in state.gatekeeper.rulebook.signs.suspendFor }
        let mode: SuspensionMode = sign.response == .hold ? .hold : .refuse
        let evidence = sign.evidence.isEmpty ? "signs of a stolen account" : sign.evidence
        let order = Order(
            action: .suspend(account: login, mode: mode), reason: String(evidence.prefix(Self.longestEvidence)),
            seconds: Int(max(span / 1000, 1)))
        do {
            _ = try await desk.change(order, by: Self.actor) { try requireFree(login, for: span, in: $0) }
            core.senders.expire()
        } catch {
            logger.notice("not suspended by rule", metadata: ["account": "\(login)", "why": "\(error)"])
        }
    }

    /// - Throws: ``ControlError`` where the account is suspended, or an operator has decided about it lately.
    private func requireFree(_ login: String, for span: Milliseconds, in store: PolicyStore) throws {
        let (isSuspended, now) = core.gatehouse.withState { state, now in
            let account = state.gatekeeper.accounts.find(login)
            return (account.map { state.gatekeeper.accounts[$0].suspension != 0 } ?? false, now.wall)
        }
        guard !isSuspended else { throw ControlError.failed("it is suspended already") }
        let lately = try store.audit(AuditQuery(target: login, limit: 100)).filter { $0.record.at > now - span }
        if let decision = lately.first(where: Self.isDecision) {
            throw ControlError.failed("\(decision.record.actor) has decided about it in #\(decision.number)")
        }
    }

    private static func isDecision(_ entry: AuditEntry) -> Bool {
        let record = entry.record
        guard record.outcome == .done, !record.actor.hasPrefix("rule:") else { return false }
        // An undo's detail begins with what it undoes.
        let verb = record.verb == "undo" ? String(record.detail.prefix { $0 != " " }) : record.verb
        return decisions.contains(verb)
    }
}
