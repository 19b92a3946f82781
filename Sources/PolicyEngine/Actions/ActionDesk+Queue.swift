import ControlProtocol
import PolicyStore

/// What operators do to queued mail.
extension ActionDesk {
    func work(
        _ operation: QueueOperation, _ selection: QueueSelection, _ order: Order, by actor: Actor, partOf: Int64?
    ) async throws -> Receipt {
        let index = core.queueBoard.index
        let matching = try index.resolve(selection.folded(in: core.gatehouse), now: core.now.wall)
        guard !matching.isEmpty else { throw ControlError.notFound("no queued message matches") }
        let places = matching.filter { operation.applies(to: index.messages.queue(at: $0)) }
        guard !places.isEmpty else {
            throw ControlError.failed(
                "nothing to \(operation.rawValue): \(counted(matching.count, "message")) "
                    + "\(matching.count == 1 ? "is" : "are") \(operation.obstacle)")
        }
        let messages = places.map { index.messages[$0] }
        let outcome = await core.queueBoard.queue.perform(operation, on: messages)
        await core.queueBoard.waitForReading(of: messages, since: core.now.wall)
        let detail =
            "\(operation.rawValue) \(counted(outcome.done, "message"))"
            + (outcome.failed > 0 ? ", \(outcome.failed) not done" : "")
        guard outcome.done > 0 || outcome.failed == 0 else {
            throw ControlError.failed("nothing was done: " + outcome.notDone.prefix(3).joined(separator: "; "))
        }
        var payload = UndoPayload()
        payload.partOf = partOf
        payload.queue = UndoPayload.QueueChange(operation: operation, messages: messages.map(\.id))
        let undoable = (operation == .hold || operation == .release) && messages.count <= UndoPayload.messagesKept
        let record = AuditRecord(
            at: core.now.wall, actor: actor.name, uid: actor.userID.map(Int64.init), verb: operation.rawValue,
            target: selection.folded(in: core.gatehouse).auditTarget,
            detail: detail + (partOf.map { " (part of #\($0))" } ?? ""), reason: order.reason, outcome: .done,
            payload: undoable ? payload.json : nil)
        let number = try await onStore(after: detail) { try $0.record(record).number }
        let receipt = Receipt(
            number: number, overrideID: nil, summary: detail, affected: outcome.done, notDone: outcome.notDone)
        core.log(receipt, actor)
        return receipt
    }

    /// Suspends first, so that nothing new is queued while what is there is put on hold.
    func contain(_ account: String, _ order: Order, by actor: Actor) async throws -> Receipt {
        var receipt = try await change(order, by: actor)
        let index = core.queueBoard.index
        let login = core.gatehouse.withState { state, _ in
            state.gatekeeper.accounts.find(account).map(state.gatekeeper.accounts.login) ?? account
        }
        let open = index.messages.indices.contains {
            index.accounts[$0] == login && QueueOperation.hold.applies(to: index.messages.queue(at: $0))
        }
        guard open else { return receipt }
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
}

extension QueueBoard {
    private static let longestWait = Duration.seconds(2)

    /// Waits for the queue to be read anew after it was changed, so that the next order and the next frame go by what is
    /// there; not for long, since a long queue is read seldom.
    func waitForReading(of messages: [QueuedMessage], since wall: EpochMilliseconds) async {
        let instances = Set(messages.map(\.instance))
        let number = queue.newest.number
        let end = ContinuousClock.now.advanced(by: Self.longestWait)
        while ContinuousClock.now < end {
            let picture = index.picture
            let isRead = picture.instances.allSatisfy {
                !instances.contains($0.instance) || $0.startedAt.map { $0 >= wall } ?? false
            }
            if isRead, picture.number >= number { return }
            do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
        }
    }
}

extension QueueSelection {
    /// With the account's login as the engine writes it.
    func folded(in gatehouse: Gatehouse) -> QueueSelection {
        guard case .account(let name) = self else { return self }
        let login = gatehouse.withState { state, _ in
            state.gatekeeper.accounts.find(name).map(state.gatekeeper.accounts.login)
        }
        return .account(name: login ?? name.lowercased())
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
