import ControlProtocol
import MailPolicy
import PolicyStore

extension ActionRow {
    init(_ entry: AuditEntry, inForce: OverridesInForce, now: EpochMilliseconds) {
        self.init(
            number: entry.number, at: entry.record.at, actor: entry.record.actor, verb: entry.record.verb,
            target: entry.record.target, detail: entry.record.detail, reason: entry.record.reason,
            expires: entry.record.expires, state: State(entry, inForce: inForce, now: now), undoneBy: entry.undoneBy)
    }
}

extension ActionRow.State {
    init(_ entry: AuditEntry, inForce: OverridesInForce, now: EpochMilliseconds) {
        if entry.record.outcome == .refused {
            self = .refused
        } else if entry.undoneBy != nil {
            self = .undone
        } else if entry.overrides.isEmpty {
            self = .done
        } else if entry.overrides.contains(where: { inForce.number(of: $0) != nil }) {
            self = .active
        } else if entry.overrides.allSatisfy({ $0.record.expires.map { $0 <= now } ?? false && $0.endedBy == nil }) {
            self = .expired
        } else {
            self = .superseded
        }
    }
}

/// One audit entry as the table filters and sorts it.
struct ActionFigures: SmallTableRow {
    var row: ActionRow
    var now: EpochMilliseconds

    static let columns = [
        FilterColumn("at", .age), FilterColumn("actor", .text), FilterColumn("verb", .text),
        FilterColumn("target", .text), FilterColumn("state", .text), FilterColumn("reason", .text),
    ]

    func anyText(ofColumn index: Int, matches: (String) -> Bool) -> Bool {
        switch index {
        case 1: matches(row.actor)
        case 2: matches(row.verb)
        case 3: matches(row.target)
        case 4: matches(row.state.rawValue)
        case 5: matches(row.reason) || matches(row.detail)
        default: false
        }
    }

    func number(ofColumn index: Int) -> Double? { index == 0 ? Double(now - row.at) / 1000 : nil }

    /// The newest first where the sort is descending, as without one; entries of one moment by their numbers.
    func sortNumber(ofColumn index: Int) -> Double? { index == 0 ? Double(row.number) : nil }
}
