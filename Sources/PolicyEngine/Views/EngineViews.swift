import ControlProtocol
import MailPolicy
import PolicyStore

/// Answers queries: one frame from the engine as it is now.
struct EngineViews: Sendable {
    let core: EngineCore
    let desk: ActionDesk
    /// Verdicts, actions and messages that a page shows of its subject.
    static let detailRows = 200

    /// - Throws: ``ControlError``.
    func frame(_ query: ViewQuery, for actor: Actor) async throws -> ViewFrame {
        var query = query
        query.limit = min(max(query.limit, 0), ViewQuery.maximumRows)
        query.offset = max(query.offset, 0)
        let content = try await content(query)
        return ViewFrame(status: status(for: actor), content: content)
    }

    private func content(_ query: ViewQuery) async throws -> ViewContent {
        switch query.view {
        case .overview: return .overview(overview())
        case .queue: return .queue(try core.queueView.page(query, of: core.queueBoard.index, now: core.now.wall))
        case .senders: return .senders(try senders(query))
        case .sources: return .sources(try sources(query))
        case .domains: return .domains(domains(query))
        case .carriers: return .carriers(try carriers(query))
        case .actions: return .actions(try await actions(query))
        case .plans: return .plans(plans(query))
        case .why: return .why(try await why(query))
        case .account: return try await account(try subject(query))
        case .source: return try await source(try subject(query))
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
        let rows = core.gatehouse.withState { state, now in
            page.rows.map { index in
                let figures = picture.rows[index]
                return state.gatekeeper.senderRow(of: figures.account, queued: queued[figures.login] ?? 0, at: now)
            }
        }
        return Page(
            total: picture.rows.count, matched: matched, offset: query.offset, rows: rows, located: page.located)
    }

    func sources(_ query: ViewQuery) throws -> Page<SourceRow> {
        let (picture, page, matched) = try core.sources.page(query, at: core.now.steady)
        let rows = core.gatehouse.withState { state, now in
            page.rows.map { state.gatekeeper.sourceRow(of: picture.rows[$0].network, at: now) }
        }
        return Page(
            total: picture.rows.count, matched: matched, offset: query.offset, rows: rows, located: page.located)
    }

    func carrierRows() -> [CarrierRow] {
        let queue = core.queueBoard.index.recipientsByCarrier
        return core.gatehouse.withState { state, now in state.gatekeeper.carrierRows(queue: queue, at: now) }
    }

    private func carriers(_ query: ViewQuery) throws -> Page<CarrierRow> {
        try SmallTable.page(query, carrierRows(), columns: CarrierColumns.columns) { CarrierColumns(row: $0) }
    }

    /// What is known of domains: which are ours. Their pass rates come with whatever verifies.
    private func domains(_ query: ViewQuery) -> Page<DomainRow> {
        let rows = domainRows()
        let matched = rows.filter { query.filter.isEmpty || $0.domain.contains(query.filter.lowercased()) }
        let page = RowPage(query, order: Array(matched.indices)) { id in matched.firstIndex { $0.id == id } }
        return Page(
            total: rows.count, matched: matched.count, offset: query.offset, rows: page.rows.map { matched[$0] },
            located: page.located)
    }

    func domainRows() -> [DomainRow] {
        core.gatehouse.withState { state, _ in state.gatekeeper.rulebook.ownDomains }.map {
            DomainRow(domain: $0, own: true, messagesLastHour: 0, passRates: nil)
        }
    }

    private func plans(_ query: ViewQuery) -> Page<PlanRow> {
        let picture = core.senders.picture(at: core.now.steady)
        let counts = Dictionary(picture.rows.map { ($0.plan, 1) }, uniquingKeysWith: +)
        let rows = core.gatehouse.withState { state, now in state.gatekeeper.planRows(at: now, accountsByPlan: counts) }
        return Page(total: rows.count, matched: rows.count, offset: 0, rows: rows)
    }

    // MARK: Audit log

    private func actions(_ query: ViewQuery) async throws -> Page<ActionRow> {
        let rows = try await actionRows(AuditQuery(limit: 1_000))
        let now = core.now.wall
        return try SmallTable.page(query, rows, columns: ActionFigures.columns) { ActionFigures(row: $0, now: now) }
    }

    func actionRows(_ query: AuditQuery) async throws -> [ActionRow] {
        let entries = try await desk.onStore { try $0.audit(query) }
        let (inForce, now) = core.gatehouse.withState { state, now in (Set(state.gatekeeper.overrides.keys), now.wall) }
        return entries.map { ActionRow($0, inForce: inForce, now: now) }
    }
}
