import ControlProtocol
import MailPolicy
import PolicyStore

/// The pages of one account, source, carrier or message, and why.
extension EngineViews {
    func account(_ name: String) async throws -> ViewContent {
        let index = core.queueBoard.index
        let login = core.gatehouse.withState { state, _ in
            state.gatekeeper.accounts.find(name).map(state.gatekeeper.accounts.login)
        }
        guard let login else { return .unknownSubject(core.unknownAccount(name)) }
        let detail = core.gatehouse.withState { state, now -> AccountDetail? in
            let gatekeeper = state.gatekeeper
            guard let account = gatekeeper.accounts.find(login) else { return nil }
            return AccountDetail(
                row: gatekeeper.senderRow(of: account, queued: index.messagesByAccount[login] ?? 0, at: now),
                addresses: gatekeeper.addressesForSending(of: account),
                limits: gatekeeper.limitUses(of: account, at: now),
                sources: gatekeeper.sourceUses(of: account, at: now), queue: [], verdicts: [], actions: [])
        }
        guard var detail else { return .unknownSubject(OrderCheck.unknownAccount(name)) }
        detail.queue = index.messages.indices.lazy.filter { index.accounts[$0] == login }.prefix(Self.detailRows).map(
            index.row)
        detail.verdicts = try await verdicts([.login], .account(login), wanted: login, limit: Self.detailRows)
        detail.actions = try await actionRows(AuditQuery(target: login, limit: Self.detailRows))
        return .account(detail)
    }

    func source(_ text: String) async throws -> ViewContent {
        let network: Network
        do { network = try Network(parsing: text) } catch { return .unknownSubject("\(error)") }
        var detail = core.gatehouse.withState { state, now in
            SourceDetail(
                row: state.gatekeeper.sourceRow(of: network, at: now),
                limits: state.gatekeeper.limitUses(of: network, at: now),
                accounts: state.gatekeeper.accountUses(of: network, at: now), domains: [], verdicts: [], actions: [])
        }
        detail.domains = domainUses(of: network)
        // The gates may not have met whom the milter has.
        detail.row.lastSeen =
            detail.domains.map(\.lastSeen).max().map { max($0, detail.row.lastSeen) }
            ?? detail.row.lastSeen
        if network.isSingleAddress {
            let address = network.description
            detail.verdicts = try await verdicts([.source], .source(address), wanted: address, limit: Self.detailRows)
        } else {
            detail.verdicts = VerdictSearch.find(network: network, in: core.gatehouse, limit: Self.detailRows).map(
                raised)
        }
        detail.actions = try await actionRows(AuditQuery(target: network.description, limit: Self.detailRows))
        return .source(detail)
    }

    func carrier(_ name: String) async throws -> ViewContent {
        guard let row = carrierRows().first(where: { $0.carrier == name }) else {
            let known = carrierRows().map(\.carrier)
            return .unknownSubject(OrderCheck.missing("carrier", name, known).message)
        }
        let index = core.queueBoard.index
        let now = core.now.wall
        let queued = index.messages.indices.lazy.filter { index.carriers($0).contains(name) }.prefix(Self.detailRows)
        return .carrier(
            CarrierDetail(
                row: row,
                passedPerMinute: core.minutes.series(SeriesName.carrierPassed(name), minutes: 60, endingAt: now),
                deferredPerMinute: core.minutes.series(SeriesName.carrierDeferred(name), minutes: 60, endingAt: now),
                queue: queued.map(index.row), verdicts: carrierVerdicts(name).map(raised),
                actions: try await actionRows(AuditQuery(target: name, limit: Self.detailRows))))
    }

    func message(_ text: String) async throws -> ViewContent {
        let index = core.queueBoard.index
        let queueID = text.split(separator: "/").last.map(String.init) ?? text
        let place = index.find(text) ?? index.messages.indices.first { index.messages[$0].queueID == queueID }
        let verdicts = try await why(ofQueueID: queueID, limit: Self.detailRows)
        guard place != nil || !verdicts.isEmpty else {
            return .unknownSubject("no message \"\(text)\" is in the queue, and no verdict on it is kept")
        }
        let row = place.map(index.row)
        return .message(
            MessageDetail(
                row: row, queueID: queueID, account: row?.account ?? verdicts.compactMap(\.account).first,
                verdicts: verdicts,
                actions: try await actionRows(AuditQuery(target: row?.id ?? text, limit: Self.detailRows))))
    }

    // MARK: Why

    /// The subject is an account, a source, a queue ID or an instance: whatever has verdicts.
    func why(_ query: ViewQuery) async throws -> Page<VerdictRow> {
        // All that can be paged through, so that what is filtered and counted does not depend on the page.
        let limit = ViewQuery.maximumRows
        var rows: [VerdictRow]
        if let subject = query.subject, !subject.isEmpty {
            guard subject.utf8.count <= 1_000 else { throw ControlError.invalidParameters("the subject is too long") }
            rows = try await why(of: subject, limit: limit)
        } else {
            rows = core.gatehouse.withState { state, _ -> [VerdictRow] in
                let first = max(state.journal.oldest, state.journal.next - Int64(limit))
                guard first < state.journal.next else { return [] }
                return stride(from: state.journal.next - 1, through: first, by: -1).compactMap {
                    state.journal.explained($0).map(state.gatekeeper.row)
                }
            }.map(raised)
        }
        let total = rows.count
        if !query.filter.isEmpty {
            let filter: RowFilter
            do { filter = try RowFilter(query.filter, columns: VerdictColumns.columns) } catch {
                throw ControlError.invalidParameters("filter: \(error)")
            }
            rows = rows.filter { filter.matches(VerdictColumns(row: $0)) }
        }
        let page = Array(rows.dropFirst(query.offset).prefix(query.limit))
        return Page(total: total, matched: rows.count, offset: query.offset, rows: page)
    }

    private func why(of subject: String, limit: Int) async throws -> [VerdictRow] {
        if let network = try? Network(parsing: subject) {
            guard network.isSingleAddress else {
                return VerdictSearch.find(network: network, in: core.gatehouse, limit: limit).map(raised)
            }
            let address = network.description
            return try await verdicts([.source], .source(address), wanted: address, limit: limit)
        }
        let login = core.gatehouse.withState { state, _ in
            state.gatekeeper.accounts.find(subject).map(state.gatekeeper.accounts.login)
        }
        if let login { return try await verdicts([.login], .account(login), wanted: login, limit: limit) }
        let ofQueueID = try await why(
            ofQueueID: subject.split(separator: "/").last.map(String.init) ?? subject, limit: limit)
        if !ofQueueID.isEmpty { return ofQueueID }
        let ofInstance = try await verdicts([.instance], .instance(subject), wanted: subject, limit: limit)
        if !ofInstance.isEmpty { return ofInstance }
        return try await verdicts([.login], .account(subject.lowercased()), wanted: subject, limit: limit)
    }

    /// Also the verdicts of the same transaction from before the message had a queue ID.
    private func why(ofQueueID queueID: String, limit: Int) async throws -> [VerdictRow] {
        // Postfix's long queue IDs tell upper from lower case, the journal does not.
        var rows = try await verdicts([.queueID], .queueID(queueID), wanted: queueID, limit: limit).filter {
            $0.queueID == queueID
        }
        // A short ID is used again, so several messages may have had it.
        var instances: [String] = []
        for instance in rows.compactMap(\.transaction) where !instances.contains(instance) && instances.count < 8 {
            instances.append(instance)
        }
        var seen = Set(rows.map(\.number))
        for instance in instances {
            rows += try await verdicts([.instance], .instance(instance), wanted: instance, limit: limit).filter {
                seen.insert($0.number).inserted
            }
        }
        return Array(rows.sorted { $0.number > $1.number }.prefix(limit))
    }

    /// From memory, and those that were not accepted also from the store, newest first.
    private func verdicts(
        _ fields: [VerdictJournal.Field], _ key: VerdictKey, wanted: String, limit: Int
    ) async throws -> [VerdictRow] {
        var rows = VerdictSearch(fields: fields, wanted: wanted).find(in: core.gatehouse, limit: limit).map(raised)
        guard rows.count < limit else { return rows }
        let stored = try await desk.onStore { try $0.verdicts(of: key, limit: min(limit, 1_000)) }
        let seen = Set(rows.map(\.number))
        let overrides = core.gatehouse.withState { state, _ in state.gatekeeper.overrides }
        rows += stored.filter { !seen.contains($0.number) }.map { VerdictRow($0, overrides: overrides) }
        return Array(rows.sorted { $0.number > $1.number }.prefix(limit))
    }

    /// With the number that the verdict has in the store.
    private func raised(_ row: VerdictRow) -> VerdictRow {
        var row = row
        row.number += core.firstNumber
        return row
    }

    private func carrierVerdicts(_ name: String) -> [VerdictRow] {
        var found: [VerdictRow] = []
        var next = core.gatehouse.withState { state, _ in state.journal.next }
        while found.count < Self.detailRows, next > 1 {
            let (rows, reached) = core.gatehouse.withState { state, _ in
                let first = max(state.journal.oldest, next - 512)
                guard first < next, let carrier = state.gatekeeper.carrierIndex(name) else {
                    return ([VerdictRow](), Int64(0))
                }
                let rows = stride(from: next - 1, through: first, by: -1).compactMap { number -> VerdictRow? in
                    guard let record = state.journal.record(number), record.verdict.carrier == carrier else {
                        return nil
                    }
                    return state.journal.explained(number).map(state.gatekeeper.row)
                }
                return (rows, first)
            }
            found += rows
            next = reached
        }
        return Array(found.prefix(Self.detailRows))
    }
}

extension Gatekeeper {
    /// What an account may use as MAIL FROM.
    func addressesForSending(of account: Int32) -> [String] {
        let login = accounts.login(account)
        let own = login.contains("@") ? [login] : rulebook.ownDomains.map { "\(login)@\($0)" }
        return own + accounts.addresses(of: account)
    }

    func sourceUses(of account: Int32, at now: Moment) -> [SourceUse] {
        guard let activity = accounts.activity(of: account) else { return [] }
        return activity.networks.uses.filter { $0.lastSeen > now.steady - 3_600_000 }
            .sorted { ($0.messages &+ $0.refused, $0.lastSeen) > ($1.messages &+ $1.refused, $1.lastSeen) }
            .map { use in
                SourceUse(
                    name: use.key.description, messages: Int(use.messages), refused: Int(use.refused),
                    lastSeen: now.wall(atSteady: use.lastSeen))
            }
    }

    func accountUses(of network: Network, at now: Moment) -> [SourceUse] {
        guard let record = record(of: network) else { return [] }
        return record.accounts.uses.filter { $0.lastSeen > now.steady - 3_600_000 }
            .sorted { ($0.messages &+ $0.refused, $0.lastSeen) > ($1.messages &+ $1.refused, $1.lastSeen) }
            .map { use in
                SourceUse(
                    name: accounts.login(use.key), messages: Int(use.messages), refused: Int(use.refused),
                    lastSeen: now.wall(atSteady: use.lastSeen))
            }
    }

    func limitUses(of network: Network, at now: Moment) -> [LimitUse] {
        let isAddress = network.isSingleAddress
        guard let index = isAddress ? addresses.find(network) : networks.find(network) else { return [] }
        let limits = isAddress ? rulebook.sources.addressLimits : rulebook.sources.networkLimits
        let key = MailPolicy.MeterKey(isAddress ? .address : .network, index)
        return limits.map { limitUse(AppliedLimit($0, from: .sourceRules), key, at: now) }
    }
}

extension VerdictRow {
    init(_ stored: StoredVerdict, overrides: [Int64: Override]) {
        self.init(
            number: stored.number, at: stored.at, gate: stored.gate, protocolState: stored.state,
            outcome: Outcome(rawValue: stored.outcome) ?? .refused, reply: stored.reply, rule: stored.rule,
            limit: stored.limitText, limitOf: stored.limitOf, count: stored.count.map { Int($0) },
            quantity: stored.quantity.map { Int($0) }, freeAgain: stored.freeAgain,
            override: stored.overrideID.flatMap { overrides[$0] }.map(OverrideBadge.init),
            waitedMilliseconds: stored.waitedMilliseconds.map { Int($0) }, account: stored.account,
            source: stored.source,
            sender: stored.sender, recipient: stored.recipient, queueID: stored.queueID, transaction: stored.instance)
    }
}

struct VerdictColumns: FilterableRow {
    var row: VerdictRow

    static let columns = [
        FilterColumn("gate", .text), FilterColumn("outcome", .text), FilterColumn("rule", .text),
        FilterColumn("account", .text), FilterColumn("source", .text), FilterColumn("sender", .text),
        FilterColumn("recipient", .text), FilterColumn("reply", .text),
    ]

    func anyText(ofColumn index: Int, matches: (String) -> Bool) -> Bool {
        switch index {
        case 0: matches(row.gate)
        case 1: matches(row.outcome.rawValue)
        case 2: matches(row.rule)
        case 3: row.account.map(matches) ?? false
        case 4: matches(row.source)
        case 5: matches(row.sender)
        case 6: matches(row.recipient)
        case 7: matches(row.reply)
        default: false
        }
    }

    func number(ofColumn index: Int) -> Double? { nil }
}
