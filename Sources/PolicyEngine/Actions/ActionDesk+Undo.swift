import ControlProtocol
import PolicyStore

/// Taking back what an audit entry did.
extension ActionDesk {
    func undoPlan(_ number: Int64) async throws -> UndoPlan {
        let core = core
        return try await onStore { try core.undoPlan(number, $0) }
    }

    func undo(_ number: Int64, _ order: Order, by actor: Actor) async throws -> Receipt {
        var plan = try await undoPlan(number)
        try await require(plan.requiredRole, of: actor, verb: "undo", target: "#\(number)", reason: order.reason)
        let index = core.queueBoard.index
        let present = plan.messages.compactMap { index.find($0) }.map { index.messages[$0] }
        guard !plan.ending.isEmpty || !plan.restoring.isEmpty || !present.isEmpty else {
            throw ControlError.failed(
                "nothing to undo: the \(counted(plan.messages.count, "message")) of #\(number) left the queue")
        }
        var receipt: Receipt
        (receipt, plan) = try await record(undoing: number, order, actor)
        paceChanged()
        if let operation = plan.operation {
            let messages = present.map { $0.asLeft(for: operation) }
            let outcome = await core.queueBoard.queue.perform(operation, on: messages)
            await core.queueBoard.waitForReading(of: messages, since: core.now.wall)
            receipt.affected += outcome.done
            receipt.summary += "; \(operation.rawValue) \(counted(outcome.done, "message"))"
            receipt.notDone += outcome.notDone
            let gone = plan.messages.count - present.count
            if gone > 0 {
                receipt.notDone.append("\(counted(gone, "message")) \(gone == 1 ? "is" : "are") no longer in the queue")
            }
        }
        core.log(receipt, actor)
        return receipt
    }

    /// First the entry, so that nobody else undoes the same; and planned again, now that nothing else can change.
    private func record(
        undoing number: Int64, _ order: Order, _ actor: Actor
    ) async throws -> (Receipt, UndoPlan) {
        let core = core
        return try await onStore { store in
            let plan = try core.undoPlan(number, store)
            let now = core.now.wall
            let detail = plan.effects.joined(separator: "; ")
            var record = AuditRecord(
                at: now, actor: actor.name, uid: actor.userID.map(Int64.init), verb: "undo", target: plan.entry.target,
                detail: "\(plan.entry.verb) #\(number): \(detail)", reason: order.reason, outcome: .done, undoes: number
            )
            let restored = plan.restoring.compactMap(\.override)
            let receipt = try store.record(record, creating: restored.map(OverrideRecord.init), ending: plan.ending)
            core.apply(zip(receipt.overrides, restored).map { $1.numbered($0) }, ending: plan.ending)
            for part in plan.parts {
                record.undoes = part.number
                record.detail = "\(part.record.verb) #\(part.number) (part of #\(number))"
                _ = try store.record(record)
            }
            let done = Receipt(
                number: receipt.number, overrideID: receipt.overrides.first, summary: "undone #\(number): \(detail)",
                affected: plan.ending.count + plan.restoring.count, notDone: [])
            return (done, plan)
        }
    }
}

extension EngineCore {
    /// Entries that may lie between a containment and what it held.
    private static let partsWithin: Int64 = 1_000

    fileprivate func undoPlan(_ number: Int64, _ store: PolicyStore) throws -> UndoPlan {
        let found = try store.audit(number: number)
        var parts: [AuditEntry] = []
        if let found, found.record.verb == "contain" {
            let query = AuditQuery(before: number + Self.partsWithin, target: found.record.target, limit: 1_000)
            parts = try store.audit(query).filter {
                $0.number > number && $0.undoneBy == nil && UndoPayload(of: $0.record)?.partOf == number
            }
        }
        return try UndoPlan(found, number: number, parts: parts, inForce: overridesInForce, now: now.wall)
    }
}

extension QueuedMessage {
    /// As the operation that is undone left it, whatever an older listing says; Postfix itself knows better.
    fileprivate func asLeft(for undoing: QueueOperation) -> QueuedMessage {
        guard !undoing.applies(to: queue) else { return self }
        var copy = self
        copy.queue = undoing == .release ? .hold : .deferred
        return copy
    }
}
