import ControlProtocol
import Logging
import MailPolicy

/// Tells of accounts that began to look stolen or thrown away, and suspends them where the rulebook says so: as an
/// override whose actor is the rule, which an operator can undo like any other.
struct SignResponder: Sendable {
    let core: EngineCore
    let desk: ActionDesk
    let logger: Logger

    func respond(to signs: [SignEvent]) {
        let logins = core.gatehouse.withState { state, _ in signs.map { state.gatekeeper.accounts.login($0.account) } }
        for (sign, login) in zip(signs, logins) {
            logger.warning("sign", metadata: ["account": "\(login)", "evidence": "\(sign.evidence)"])
            guard sign.response != .mark else { continue }
            Task { await suspend(login, sign) }
        }
    }

    private func suspend(_ login: String, _ sign: SignEvent) async {
        let (isSuspended, span) = core.gatehouse.withState { state, _ in
            let account = state.gatekeeper.accounts.find(login) ?? sign.account
            return (state.gatekeeper.accounts[account].suspension != 0, state.gatekeeper.rulebook.signs.suspendFor)
        }
        // What an operator has decided stays.
        guard !isSuspended else { return }
        let mode: SuspensionMode = sign.response == .hold ? .hold : .refuse
        let order = Order(
            action: .suspend(account: login, mode: mode), reason: String(sign.evidence.prefix(400)),
            seconds: Int(max(span / 1000, 1)))
        do {
            _ = try await desk.perform(order, by: Actor(name: "rule:signs", userID: nil, role: .admin))
        } catch {
            logger.error("\(login) could not be suspended by rule: \(error)")
        }
    }
}
