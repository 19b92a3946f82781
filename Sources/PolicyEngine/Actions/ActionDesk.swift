import ControlProtocol
import Foundation
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
    private func change(_ order: Order, by actor: Actor) async throws -> Receipt {
        let core = core
        let receipt = try await onStore { store in
            let now = core.now
            let plan = try core.gatehouse.withState { state, _ in
                try OrderCheck.plan(order.action, for: state.gatekeeper)
            }
            let expires = order.seconds.map { now.wall + EpochMilliseconds($0) * 1000 }
            let ended = core.gatehouse.withState { state, _ in plan.ending.compactMap { state.gatekeeper.overrides[$0] }
            }
            let created = plan.creating.map { kind in
                Override(id: 0, kind: kind, actor: actor.name, reason: order.reason, since: now.wall, expires: expires)
            }
            let first = try store.nextOverrideNumber()
            let payload = UndoPayload(
                created: created.indices.map { first + Int64($0) }, ended: ended.map(UndoPayload.EndedOverride.init))
            let record = AuditRecord(
                at: now.wall, actor: actor.name, uid: actor.userID.map(Int64.init), verb: order.action.verb,
                target: order.action.target.lowercasedLogin(order.action), detail: plan.effect, reason: order.reason,
                expires: expires, outcome: .done, payload: Self.encode(payload))
            let receipt = try store.record(record, creating: created.map(OverrideRecord.init), ending: plan.ending)
            core.apply(zip(receipt.overrides, created).map { $1.numbered($0) }, ending: plan.ending)
            return Receipt(
                number: receipt.number, overrideID: receipt.overrides.first,
                summary: "\(order.action.verb) \(record.target): \(plan.effect)" + core.until(expires), affected: 1,
                notDone: [])
        }
        paceChanged()
        core.log(receipt, actor)
        return receipt
    }

    /// Suspends first, so that nothing new is queued while what is there is put on hold.
    private func contain(_ account: String, _ order: Order, by actor: Actor) async throws -> Receipt {
        var receipt = try await change(order, by: actor)
        let login = account.lowercased()
        let index = core.queueBoard.index
        guard index.messagesByAccount[login] ?? 0 > 0 else { return receipt }
        let held: Receipt
        do {
            held = try await work(.hold, .account(name: login), order, by: actor, partOf: receipt.number)
        } catch {
            receipt.notDone.append("its queued messages were not held: \(error)")
            return receipt
        }
        receipt.summary += "; \(held.summary)"
        receipt.affected += held.affected
        receipt.notDone += held.notDone
        return receipt
    }

    // MARK: Queue

    private func work(
        _ operation: QueueOperation, _ selection: QueueSelection, _ order: Order, by actor: Actor, partOf: Int64?
    ) async throws -> Receipt {
        let index = core.queueBoard.index
        let places = try index.resolve(selection.folded, now: core.now.wall)
        guard !places.isEmpty else { throw ControlError.notFound("no queued message matches") }
        let messages = places.map { index.messages[$0] }
        let outcome = await core.queueBoard.queue.perform(operation, on: messages)
        let detail =
            "\(operation.rawValue) \(counted(outcome.done, "message"))"
            + (outcome.failed > 0 ? ", \(outcome.failed) not done" : "")
        guard outcome.done > 0 || outcome.failed == 0 else {
            throw ControlError.failed("nothing was done: " + outcome.notDone.prefix(3).joined(separator: "; "))
        }
        var payload = UndoPayload()
        if messages.count <= UndoPayload.messagesKept {
            payload.queue = UndoPayload.QueueChange(operation: operation, messages: messages.map(\.id))
        }
        let undoable = operation == .hold || operation == .release
        let record = AuditRecord(
            at: core.now.wall, actor: actor.name, uid: actor.userID.map(Int64.init), verb: operation.rawValue,
            target: selection.folded.auditTarget, detail: detail + (partOf.map { " (part of #\($0))" } ?? ""),
            reason: order.reason, outcome: .done, payload: undoable ? Self.encode(payload) : nil)
        let number = try await onStore { try $0.record(record).number }
        let receipt = Receipt(
            number: number, overrideID: nil, summary: detail, affected: outcome.done, notDone: outcome.notDone)
        core.log(receipt, actor)
        return receipt
    }

    // MARK: Undo

    func undoPlan(_ number: Int64) async throws -> UndoPlan {
        let found = try await onStore { try $0.audit(number: number) }
        let inForce = core.gatehouse.withState { state, _ in Set(state.gatekeeper.overrides.keys) }
        return try UndoPlan(found, number: number, inForce: inForce, now: core.now.wall)
    }

    private func undo(_ number: Int64, _ order: Order, by actor: Actor) async throws -> Receipt {
        let plan = try await undoPlan(number)
        // Undoing needs what doing needs.
        let role: Role = ["limit", "throttle", "whitelist"].contains(plan.entry.verb) ? .oncall : .abuse
        try await require(role, of: actor, verb: "undo", target: "#\(number)", reason: order.reason)
        var notDone: [String] = []
        var affected = plan.ending.count + plan.restoring.count
        if let operation = plan.operation {
            let index = core.queueBoard.index
            let present = plan.messages.compactMap { index.find($0) }.map { index.messages[$0] }
            let outcome = await core.queueBoard.queue.perform(operation, on: present)
            affected += outcome.done
            notDone = outcome.notDone
            let gone = plan.messages.count - present.count
            if gone > 0 { notDone.append("\(counted(gone, "message")) are no longer in the queue") }
        }
        let receipt = try await record(undoing: number, plan, order, actor, affected: affected, notDone: notDone)
        paceChanged()
        core.log(receipt, actor)
        return receipt
    }

    private func record(
        undoing number: Int64, _ plan: UndoPlan, _ order: Order, _ actor: Actor, affected: Int, notDone: [String]
    ) async throws -> Receipt {
        let core = core
        return try await onStore { store in
            let now = core.now.wall
            let detail = plan.effects.joined(separator: "; ")
            let record = AuditRecord(
                at: now, actor: actor.name, uid: actor.userID.map(Int64.init), verb: "undo", target: plan.entry.target,
                detail: "\(plan.entry.verb) #\(number): \(detail)", reason: order.reason, outcome: .done, undoes: number
            )
            let restored = plan.restoring.compactMap(\.override)
            let ending = core.gatehouse.withState { state, _ in
                // What was put back must not meet what was set since.
                let since = restored.flatMap { state.gatekeeper.superseded(by: $0.kind) }
                return Array(Set(plan.ending + since))
            }
            let receipt = try store.record(record, creating: restored.map(OverrideRecord.init), ending: ending)
            core.apply(zip(receipt.overrides, restored).map { $1.numbered($0) }, ending: ending)
            return Receipt(
                number: receipt.number, overrideID: receipt.overrides.first, summary: "undone #\(number): \(detail)",
                affected: affected, notDone: notDone)
        }
    }

    // MARK: Store

    private static func encode(_ payload: UndoPayload) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(payload)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// - Throws: ``ControlError``; what the store says is told whole.
    func onStore<Result: Sendable>(_ body: @escaping @Sendable (PolicyStore) throws -> Result) async throws -> Result {
        do {
            return try await core.keeper.perform(body)
        } catch let error as ControlError {
            throw error
        } catch {
            throw ControlError.failed("nothing was changed: \(error)")
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

extension UndoPayload.EndedOverride {
    init(_ override: Override) {
        let text = OverrideText(override.kind)
        self.init(
            kind: text.kind, target: text.target, value: text.value, actor: override.actor, reason: override.reason,
            since: override.since, expires: override.expires)
    }

    var override: Override? {
        OverrideText(kind: kind, target: target, value: value).decoded.map {
            Override(id: 0, kind: $0, actor: actor, reason: reason, since: since, expires: expires)
        }
    }
}

extension QueueSelection {
    /// With the account's login as the engine writes it.
    var folded: QueueSelection {
        if case .account(let name) = self { .account(name: name.lowercased()) } else { self }
    }

    /// An account's own name, so that its page finds the entry.
    var auditTarget: String {
        switch self {
        case .account(let name): name
        case .messages(let ids) where ids.count == 1: String(ids[0].prefix(200))
        default: String(description.prefix(500))
        }
    }
}

extension String {
    /// Logins are compared without regard to case, so the audit log has them in one.
    fileprivate func lowercasedLogin(_ action: OperatorAction) -> String {
        switch action {
        case .suspend, .resume, .contain, .limit(.account, _): lowercased()
        default: self
        }
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
