import ControlProtocol
import Logging
import MailPolicy
import PolicyStore
import Synchronization

/// Who asks for an action.
package struct Actor: Sendable, Equatable {
    /// A login, or `rule:NAME`.
    package var name: String
    package var userID: UInt32?
    package var role: Role?

    package init(name: String, userID: UInt32?, role: Role?) {
        self.name = name
        self.userID = userID
        self.role = role
    }
}

/// Carries out what operators confirm: role, check, store, memory, answer, in this order.
///
/// An override is in the store before it is in force, and in force before anybody is told. Changes come one after the
/// other, on the store's own thread, so that two operators cannot both replace the same override.
struct ActionDesk: Sendable {
    let core: EngineCore
    /// Carriers' waiting requests are called anew after a rate was changed.
    let paceChanged: @Sendable () -> Void
    private static let refusals = RefusalLog()

    // MARK: Roles

    /// - Throws: ``ControlError/forbidden(_:)``; the attempt is in the audit log then.
    func require(_ role: Role, of actor: Actor, verb: String, target: String, reason: String) async throws {
        if let held = actor.role, held >= role { return }
        let detail = "needs the role \(role.rawValue), \(actor.name) has \(actor.role?.rawValue ?? "none")"
        if Self.refusals.mayLog(actor.name, at: core.now.wall) {
            let record = AuditRecord(
                at: core.now.wall, actor: actor.name, uid: actor.userID.map(Int64.init), verb: verb, target: target,
                detail: detail, reason: String(reason.prefix(OrderCheck.longestReason)), outcome: .refused)
            _ = try? await core.keeper.perform { try $0.record(record) }
        }
        core.logger.notice(
            "action refused", metadata: ["actor": "\(actor.name)", "verb": "\(verb)", "why": "\(detail)"])
        throw ControlError.forbidden("\(verb) \(detail)")
    }

    // MARK: Performing

    /// - Throws: ``ControlError``.
    func perform(_ order: Order, by actor: Actor) async throws -> Receipt {
        try await require(
            order.action.requiredRole, of: actor, verb: order.action.verb, target: order.action.target,
            reason: order.reason)
        try OrderCheck.check(order)
        let receipt: Receipt
        switch order.action {
        case .queue(let operation, let selection):
            receipt = try await work(operation, selection, order, by: actor, partOf: nil)
        case .undo(let number):
            receipt = try await undo(number, order, by: actor)
        case .contain(let account):
            receipt = try await contain(account, order, by: actor)
        default:
            receipt = try await change(order, by: actor)
        }
        core.senders.expire()
        core.sources.expire()
        return receipt
    }

    /// Makes and ends overrides.
    ///
    /// - Parameter condition: asked when nothing else can change any more, and throws where it must not be done.
    func change(
        _ order: Order, by actor: Actor, unless condition: @escaping @Sendable (PolicyStore) throws -> Void = { _ in }
    ) async throws -> Receipt {
        let core = core
        let receipt = try await onStore { store in
            let plan = try core.plan(order.action)
            try condition(store)
            let now = core.now
            let expires = order.seconds.map { now.wall + EpochMilliseconds($0) * 1000 }
            let ended = core.gatehouse.withState { state, _ in
                plan.ending.compactMap { state.gatekeeper.overrides[$0] }
            }
            let created = plan.creating.map { kind in
                Override(id: 0, kind: kind, actor: actor.name, reason: order.reason, since: now.wall, expires: expires)
            }
            let first = try store.nextOverrideNumber()
            let payload = UndoPayload(
                created: created.indices.map { first + Int64($0) }, ended: ended.map(UndoPayload.EndedOverride.init))
            let record = AuditRecord(
                at: now.wall, actor: actor.name, uid: actor.userID.map(Int64.init), verb: order.action.verb,
                target: plan.target, detail: plan.effect, reason: order.reason, expires: expires, outcome: .done,
                payload: payload.json)
            let receipt = try store.record(record, creating: created.map(OverrideRecord.init), ending: plan.ending)
            core.apply(zip(receipt.overrides, created).map { $1.numbered($0) }, ending: plan.ending)
            let end = plan.creating.isEmpty ? "" : core.until(expires)
            return Receipt(
                number: receipt.number, overrideID: receipt.overrides.first,
                summary: "\(order.action.verb) \(record.target): \(plan.effect)\(end)", affected: 1, notDone: [])
        }
        paceChanged()
        core.log(receipt, actor)
        return receipt
    }

    // MARK: Store

    /// - Parameter done: what was done already and only could not be written down.
    /// - Throws: ``ControlError``; what the store says is told whole.
    func onStore<Result: Sendable>(
        after done: String? = nil, _ body: @escaping @Sendable (PolicyStore) throws -> Result
    ) async throws -> Result {
        do {
            return try await core.keeper.perform(body)
        } catch let error as ControlError {
            throw error
        } catch {
            throw ControlError.failed(
                "\(done.map { "\($0), but not written down" } ?? "nothing was changed"): \(error)")
        }
    }
}

extension EngineCore {
    /// Puts overrides in force that the store has.
    func apply(_ created: [Override], ending: [Int64]) {
        gatehouse.withState { state, now in
            if !ending.isEmpty { state.gatekeeper.remove(ending, at: now) }
            state.gatekeeper.add(created, at: now)
        }
    }

    func until(_ expires: EpochMilliseconds?) -> String {
        expires.map { ", until \(text(of: $0))" } ?? ", until undone"
    }

    func log(_ receipt: Receipt, _ actor: Actor) {
        logger.notice(
            "action", metadata: ["actor": "\(actor.name)", "audit": "\(receipt.number)", "what": "\(receipt.summary)"])
    }
}

extension Override {
    func numbered(_ id: Int64) -> Override {
        var copy = self
        copy.id = id
        return copy
    }
}

extension OverrideRecord {
    init(_ override: Override) {
        let text = OverrideText(override.kind)
        self.init(
            kind: text.kind, target: text.target, value: text.value, actor: override.actor, reason: override.reason,
            since: override.since, expires: override.expires)
    }
}

/// Keeps one who tries again and again from filling the audit log: so many refusals a minute are written down.
private final class RefusalLog: Sendable {
    private let state = Mutex<(minute: Int64, counts: [String: Int])>((0, [:]))
    private static let aMinute = 20

    func mayLog(_ actor: String, at wall: EpochMilliseconds) -> Bool {
        state.withLock { state in
            if state.minute != wall / 60_000 { state = (wall / 60_000, [:]) }
            state.counts[actor, default: 0] += 1
            return state.counts[actor, default: 0] <= Self.aMinute
        }
    }
}
