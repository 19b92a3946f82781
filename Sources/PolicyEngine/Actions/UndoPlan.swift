import ControlProtocol
import Foundation
import MailPolicy
import PolicyStore

/// How an audit entry would be undone.
struct UndoPlan: Sendable {
    var entry: AuditRecord
    /// In words, one line each.
    var effects: [String] = []
    /// Overrides in force that it made.
    var ending: [Int64] = []
    /// Overrides that it ended and whose time is not over.
    var restoring: [UndoPayload.EndedOverride] = []
    /// What has to be done to the queue, and to which messages.
    var operation: QueueOperation?
    var messages: [String] = []

    /// - Throws: ``ControlError`` where the entry cannot be undone, with the reason.
    init(_ found: AuditEntry?, number: Int64, inForce: Set<Int64>, now: EpochMilliseconds) throws(ControlError) {
        guard let found else { throw .notFound("the audit log has no entry #\(number)") }
        entry = found.record
        if let undoneBy = found.undoneBy { throw .failed("#\(number) was undone by #\(undoneBy) already") }
        guard entry.outcome == .done else { throw .failed("#\(number) was refused, so there is nothing to undo") }
        guard let payload = entry.payload.flatMap(Self.decode) else {
            throw .failed("#\(number), \(entry.verb), cannot be undone")
        }
        planOverrides(payload, inForce: inForce, now: now)
        planQueue(payload.queue)
        guard !ending.isEmpty || !restoring.isEmpty || operation != nil else {
            throw .failed("#\(number), \(entry.verb) \(entry.target), is no longer in force: there is nothing to undo")
        }
    }

    private static func decode(_ json: String) -> UndoPayload? {
        try? JSONDecoder().decode(UndoPayload.self, from: Data(json.utf8))
    }

    private mutating func planOverrides(_ payload: UndoPayload, inForce: Set<Int64>, now: EpochMilliseconds) {
        ending = payload.created.filter(inForce.contains)
        if !ending.isEmpty { effects.append("\(entry.verb) (\(entry.detail)) ends for \(entry.target)") }
        if entry.verb == "contain" { effects.append("mail that it held stays held: undo its hold too, or release it") }
        // What was replaced comes back only where its replacement is still there, or the entry only ended something.
        guard payload.created.isEmpty || !ending.isEmpty else { return }
        restoring = payload.ended.filter { $0.expires.map { now < $0 } ?? true }
        effects += restoring.map { "\($0.kind) \($0.value) by \($0.actor) is in force again for \($0.target)" }
    }

    private mutating func planQueue(_ change: UndoPayload.QueueChange?) {
        guard let change else { return }
        switch change.operation {
        case .hold: operation = .release
        case .release: operation = .hold
        case .requeue, .delete, .flush: return
        }
        messages = change.messages
        effects.append("\(operation == .release ? "release" : "hold") \(counted(messages.count, "message"))")
    }
}
