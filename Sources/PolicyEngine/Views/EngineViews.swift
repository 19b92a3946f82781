import ControlProtocol
import MailPolicy
import PolicyStore

/// Answers queries: one frame from the engine as it is now.
struct EngineViews: Sendable {
    let core: EngineCore
    let desk: ActionDesk
    let milters: Milters
    /// Verdicts, actions and messages that a page shows of its subject.
    static let detailRows = 200

    /// - Throws: ``ControlError``.
    func frame(_ query: ViewQuery, for actor: Actor) async throws -> ViewFrame {
        // A filter is asked for at each letter that is typed: what nobody waits for any more is not gathered.
        try Task.checkCancellation()
        var query = query
        query.limit = min(max(query.limit, 0), ViewQuery.maximumRows)
        query.offset = max(query.offset, 0)
        let content = try await content(query)
        // The overview has gathered what needs attention already.
        let alerts = if case .overview(let overview) = content { overview.attention.count } else { attention().count }
        return ViewFrame(status: status(for: actor, alerts: alerts), content: content)
    }

    private func content(_ query: ViewQuery) async throws -> ViewContent {
        switch query.view {
        case .overview: return .overview(overview())
        case .queue: return .queue(try core.queueView.page(query, of: core.queueBoard.index, now: core.now.wall))
        case .senders: return .senders(try senders(query))
        case .sources: return .sources(try sources(query))
        case .domains: return .domains(try SmallTable.page(query, domainRows()) { DomainColumns(row: $0) })
        case .carriers: return .carriers(try carriers(query))
        case .actions: return .actions(try await actions(query))
        case .plans: return .plans(try SmallTable.page(query, planRows()) { PlanColumns(row: $0) })
        case .why: return .why(try await why(query))
        case .account: return try await account(try subject(query))
        case .source: return try await source(try subject(query))
        case .domain: return domain(try subject(query))
        case .carrier: return try await carrier(try subject(query))
        case .message: return try await message(try subject(query))
        }
    }

    private func subject(_ query: ViewQuery) throws -> String {
        guard let subject = query.subject, !subject.isEmpty, subject.utf8.count <= 1_000 else {
            throw ControlError.invalidParameters("the view \(query.view.rawValue) needs a subject")
        }
        return subject
    }

    // MARK: Tables

    func senders(_ query: ViewQuery) throws -> Page<SenderRow> {
        let (picture, page, matched) = try core.senders.page(query, at: core.now.steady)
        let queued = core.queueBoard.index.messagesByAccount
        var rows: [SenderRow] = []
        core.gatehouse.inSlices(of: 32, count: page.rows.count) { state, slice, now in
            for place in slice {
                let figures = picture.rows[page.rows[place]]
                rows.append(
                    state.gatekeeper.senderRow(of: figures.account, queued: queued[figures.login] ?? 0, at: now))
            }
        }
        return Page(
            total: picture.rows.count, matched: matched, offset: query.offset, rows: rows, located: page.located)
    }

    func sources(_ query: ViewQuery) throws -> Page<SourceRow> {
        let (picture, page, matched) = try core.sources.page(query, at: core.now.steady)
        var rows: [SourceRow] = []
        core.gatehouse.inSlices(of: 32, count: page.rows.count) { state, slice, now in
            for place in slice {
                rows.append(state.gatekeeper.sourceRow(of: picture.rows[page.rows[place]].network, at: now))
            }
        }
        return Page(
            total: picture.rows.count, matched: matched, offset: query.offset, rows: rows, located: page.located)
    }

    func carrierRows() -> [CarrierRow] {
        let queue = core.queueBoard.index.recipientsByCarrier
        return core.gatehouse.withState { state, now in state.gatekeeper.carrierRows(queue: queue, at: now) }
    }

    private func carriers(_ query: ViewQuery) throws -> Page<CarrierRow> {
        try SmallTable.page(query, carrierRows()) { CarrierColumns(row: $0) }
    }

    private func planRows() -> [PlanRow] {
        var counts: [String: Int] = [:]
        for figures in core.senders.picture(at: core.now.steady).rows { counts[figures.plan, default: 0] += 1 }
        return core.gatehouse.withState { state, now in
            state.gatekeeper.planRows(at: now, accountsByPlan: counts)
        }
    }

    // MARK: Audit log

    private func actions(_ query: ViewQuery) async throws -> Page<ActionRow> {
        let rows = try await actionRows(AuditQuery(limit: 1_000))
        let now = core.now.wall
        return try SmallTable.page(query, rows) { ActionFigures(row: $0, now: now) }
    }

    func actionRows(_ query: AuditQuery) async throws -> [ActionRow] {
        let entries = try await desk.onStore { try $0.audit(query) }
        let (inForce, now) = (core.overridesInForce, core.now.wall)
        return entries.map { ActionRow($0, inForce: inForce, now: now) }
    }
}
