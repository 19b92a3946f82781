import ControlProtocol
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

    /// Undoing needs what doing needs.
    var requiredRole: Role { ["limit", "throttle", "whitelist"].contains(entry.verb) ? .oncall : .abuse }

    /// Entries that are undone with it: what it held beside what it set.
    var parts: [AuditEntry] = []

    /// - Parameter parts: entries that belong to this one and are not undone.
    /// - Throws: ``ControlError`` where the entry cannot be undone, with the reason.
    init(
        _ found: AuditEntry?, number: Int64, parts: [AuditEntry], inForce: OverridesInForce, now: EpochMilliseconds
    ) throws(ControlError) {
        guard let found else { throw .notFound("the audit log has no entry #\(number)") }
        entry = found.record
        if let undoneBy = found.undoneBy { throw .failed("#\(number) was undone by #\(undoneBy) already") }
        guard entry.outcome == .done else { throw .failed("#\(number) was refused, so there is nothing to undo") }
        guard let payload = UndoPayload(of: entry) else {
            throw .failed("#\(number), \(entry.verb), cannot be undone\(Self.remedy(entry.verb))")
        }
        try planOverrides(payload, found.overrides, inForce: inForce, number: number, now: now)
        planQueue(payload.queue)
        for part in parts {
            planQueue(UndoPayload(of: part.record)?.queue)
            self.parts.append(part)
        }
        guard !ending.isEmpty || !restoring.isEmpty || operation != nil else {
            throw .failed("#\(number), \(entry.verb) \(entry.target), is no longer in force: there is nothing to undo")
        }
    }

    private static func remedy(_ verb: String) -> String {
        switch verb {
        case "undo": "; give the order anew"
        case "delete": ": the mail is gone"
        case "import": "; import the directory as it was"
        default: ""
        }
    }

    private mutating func planOverrides(
        _ payload: UndoPayload, _ made: [StoredOverride], inForce: OverridesInForce, number: Int64,
        now: EpochMilliseconds
    ) throws(ControlError) {
        ending = made.compactMap(inForce.number)
        if !ending.isEmpty { effects.append("\(entry.verb) (\(entry.detail)) ends for \(entry.target)") }
        // What was replaced comes back only where its replacement is still there, or the entry only ended something.
        guard made.isEmpty || !ending.isEmpty else { return }
        restoring = payload.ended.filter { $0.expires.map { now < $0 } ?? true }
        let since = restoring.compactMap(\.override).flatMap { inForce.setting(theSameAs: $0.kind) }
            .filter { !ending.contains($0.id) }
        // An older decision must not push a newer one aside.
        if let newer = since.first {
            throw .failed(
                "#\(number) cannot be undone: \(newer.actor) has set \(newer.kind.effect) for \(entry.target) since, "
                    + "\"\(newer.reason)\"; undo that first")
        }
        effects += restoring.map { "\($0.text) by \($0.actor) is in force again for \($0.target)" }
    }

    private mutating func planQueue(_ change: UndoPayload.QueueChange?) {
        guard let change, !change.messages.isEmpty else { return }
        switch change.operation {
        case .hold: operation = .release
        case .release: operation = .hold
        case .requeue, .delete, .flush: return
        }
        messages += change.messages
        effects.append("\(operation == .release ? "release" : "hold") \(counted(change.messages.count, "message"))")
    }
}
