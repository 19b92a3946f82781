import ControlProtocol
import MailPolicy

extension Gatekeeper {
    /// A journal's record as operators read it.
    func row(_ explained: ExplainedVerdict) -> VerdictRow {
        let verdict = explained.record.verdict
        let login = verdict.account >= 0 ? accounts.login(verdict.account) : explained.login.lowercased()
        return VerdictRow(
            number: explained.record.number, at: explained.record.at.wall, gate: explained.record.gate.name,
            protocolState: explained.record.state.name, outcome: VerdictRow.Outcome(verdict.outcome),
            reply: explained.reply.isEmpty ? "DUNNO" : explained.reply, rule: verdict.rule.name,
            limit: verdict.limit?.limit.limit.description ?? paceText(verdict),
            limitOf: verdict.limit.map { origin(of: $0.limit) } ?? carrierName(verdict),
            count: verdict.limit.map { Int($0.count) }, quantity: verdict.limit.map { Int($0.limit.limit.quantity) },
            freeAgain: verdict.limit?.freeAgain ?? verdict.freeAgain,
            override: overrides[verdict.override].map(OverrideBadge.init),
            waitedMilliseconds: verdict.waited > 0 ? Int(verdict.waited) : nil, account: login.isEmpty ? nil : login,
            source: explained.source, sender: explained.sender, recipient: explained.recipient,
            queueID: explained.queueID.isEmpty ? nil : explained.queueID,
            transaction: explained.instance.isEmpty ? nil : explained.instance)
    }

    private func paceText(_ verdict: Verdict) -> String? {
        guard verdict.rule == .carrierPace, verdict.carrier >= 0, Int(verdict.carrier) < carriers.count else {
            return nil
        }
        return rateText(carriers[Int(verdict.carrier)].pacer.perSecond)
    }

    private func carrierName(_ verdict: Verdict) -> String? {
        guard verdict.carrier >= 0, Int(verdict.carrier) < rulebook.carriers.count else { return nil }
        return "carrier \(rulebook.carriers[Int(verdict.carrier)].name)"
    }
}

extension VerdictRow.Outcome {
    init(_ outcome: Verdict.Outcome) {
        self =
            switch outcome {
            case .accepted: .accepted
            case .refused: .refused
            case .deferred: .deferred
            case .held: .held
            }
    }
}

/// Finds verdicts in the journal.
struct VerdictSearch: Sendable {
    /// What a verdict is looked for by; any that is the same.
    var fields: [VerdictJournal.Field]
    var wanted: String

    /// The newest first, at most `limit`. The journal is walked in slices, between which requests are decided.
    func find(in gatehouse: Gatehouse, limit: Int) -> [VerdictRow] {
        let bytes = wanted.utf8.map { NameTable.folded($0) }
        var found: [VerdictRow] = []
        var next = gatehouse.withState { state, _ in state.journal.next }
        while found.count < limit, next > 1 {
            let (rows, reached) = gatehouse.withState { state, _ in
                let first = max(state.journal.oldest, next - 512)
                guard first < next else { return ([VerdictRow](), Int64(0)) }
                var rows: [VerdictRow] = []
                for number in stride(from: next - 1, through: first, by: -1) {
                    guard let record = state.journal.record(number) else { continue }
                    guard fields.contains(where: { state.journal.matches(record, $0, bytes) }) else { continue }
                    if let explained = state.journal.explained(number) { rows.append(state.gatekeeper.row(explained)) }
                }
                return (rows, first)
            }
            found += rows
            next = reached
        }
        return Array(found.prefix(limit))
    }
}

extension VerdictSearch {
    /// Verdicts on sources in a network, newest first.
    static func find(network: Network, in gatehouse: Gatehouse, limit: Int) -> [VerdictRow] {
        if network.isSingleAddress {
            return VerdictSearch(fields: [.source], wanted: network.description).find(in: gatehouse, limit: limit)
        }
        var found: [VerdictRow] = []
        var next = gatehouse.withState { state, _ in state.journal.next }
        while found.count < limit, next > 1 {
            let (rows, reached) = gatehouse.withState { state, _ in
                let first = max(state.journal.oldest, next - 256)
                guard first < next else { return ([VerdictRow](), Int64(0)) }
                var rows: [VerdictRow] = []
                for number in stride(from: next - 1, through: first, by: -1) {
                    guard let explained = state.journal.explained(number),
                        let address = IPAddress(explained.source), network.contains(address)
                    else { continue }
                    rows.append(state.gatekeeper.row(explained))
                }
                return (rows, first)
            }
            found += rows
            next = reached
        }
        return Array(found.prefix(limit))
    }
}
