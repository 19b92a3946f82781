import ControlProtocol

/// A part of a view that has rows of its own.
enum PanelID: String, Hashable, Sendable {
    case table
    case attention, mail, queueAges, nearestLimits, topSources, domains
    case limits, sources, accounts, queue, verdicts, actions
}

/// A row as far as selection knows it: who it is, and what it is about.
struct RowReference: Equatable, Sendable {
    var id: String
    var subject: Subject?
}

extension ViewContent {
    /// The panels in the order in which Tab visits them.
    var panels: [PanelID] {
        switch self {
        case .overview: [.attention, .queueAges, .nearestLimits, .topSources, .domains]
        case .account: [.verdicts, .limits, .sources, .queue, .actions]
        case .source: [.verdicts, .limits, .accounts, .domains, .actions]
        case .domain: [.sources]
        case .carrier: [.verdicts, .queue, .actions]
        case .message: [.verdicts, .actions]
        case .unknownSubject: []
        default: [.table]
        }
    }

    func rows(of panel: PanelID) -> [RowReference] {
        switch self {
        case .overview(let overview): overview.rows(of: panel)
        case .account(let detail): detail.rows(of: panel)
        case .source(let detail): detail.rows(of: panel)
        case .domain(let detail): panel == .sources ? detail.sources.map(\.sourceReference) : []
        case .carrier(let detail): detail.rows(of: panel)
        case .message(let detail): detail.rows(of: panel)
        case .queue(let page): page.rows.map(\.reference)
        case .senders(let page): page.rows.map(\.reference)
        case .sources(let page): page.rows.map(\.reference)
        case .domains(let page): page.rows.map(\.reference)
        case .carriers(let page): page.rows.map(\.reference)
        case .actions(let page): page.rows.map(\.reference)
        case .why(let page): page.rows.map(\.reference)
        case .plans(let page): page.rows.map(\.reference)
        case .unknownSubject: []
        }
    }

    /// Where the rows stand in the whole table; `nil` for summaries and pages of one subject.
    var paging: Paging? {
        switch self {
        case .queue(let page): Paging(page)
        case .senders(let page): Paging(page)
        case .sources(let page): Paging(page)
        case .domains(let page): Paging(page)
        case .carriers(let page): Paging(page)
        case .actions(let page): Paging(page)
        case .why(let page): Paging(page)
        case .plans(let page): Paging(page)
        default: nil
        }
    }
}

/// Where a page of rows stands in its table.
struct Paging: Equatable, Sendable {
    var total: Int
    var matched: Int
    var offset: Int
    var located: Int?

    /// No table is longer, and an index can be reckoned with.
    private static func bounded(_ value: Int) -> Int { min(max(0, value), 1_000_000_000_000) }

    init<Row>(_ page: Page<Row>) {
        total = Self.bounded(page.total)
        matched = Self.bounded(page.matched)
        offset = Self.bounded(page.offset)
        located = page.located.map(Self.bounded)
    }
}

extension Overview {
    fileprivate func rows(of panel: PanelID) -> [RowReference] {
        switch panel {
        case .attention: attention.map(\.reference)
        case .queueAges: queue.map { RowReference(id: $0.id, subject: .carrier($0.carrier)) }
        case .nearestLimits: nearestLimits.map(\.reference)
        case .topSources: topSources.map(\.reference)
        case .domains: domains.map(\.reference)
        default: []
        }
    }
}

extension AccountDetail {
    fileprivate func rows(of panel: PanelID) -> [RowReference] {
        switch panel {
        case .limits:
            limits.map { RowReference(id: $0.limit, subject: .limit(account: row.account, text: $0.limit)) }
        case .sources: sources.map { RowReference(id: $0.name, subject: .source($0.name)) }
        case .queue: queue.map(\.reference)
        case .verdicts: verdicts.map(\.reference)
        case .actions: actions.map(\.reference)
        default: []
        }
    }
}

extension SourceDetail {
    fileprivate func rows(of panel: PanelID) -> [RowReference] {
        switch panel {
        case .limits: limits.map { RowReference(id: $0.limit, subject: nil) }
        case .accounts: accounts.map { RowReference(id: $0.name, subject: .account($0.name)) }
        case .domains: domains.map { RowReference(id: $0.name, subject: .domain($0.name)) }
        case .verdicts: verdicts.map(\.reference)
        case .actions: actions.map(\.reference)
        default: []
        }
    }
}

extension CarrierDetail {
    fileprivate func rows(of panel: PanelID) -> [RowReference] {
        switch panel {
        case .queue: queue.map(\.reference)
        case .verdicts: verdicts.map(\.reference)
        case .actions: actions.map(\.reference)
        default: []
        }
    }
}

extension MessageDetail {
    fileprivate func rows(of panel: PanelID) -> [RowReference] {
        switch panel {
        case .verdicts: verdicts.map(\.reference)
        case .actions: actions.map(\.reference)
        default: []
        }
    }
}

extension QueueRow {
    var reference: RowReference { RowReference(id: id, subject: .message(id: id)) }
}
extension SenderRow {
    var reference: RowReference { RowReference(id: id, subject: .account(account)) }
}
extension SourceRow {
    var reference: RowReference { RowReference(id: id, subject: .source(source)) }
}
extension DomainRow {
    var reference: RowReference { RowReference(id: id, subject: .domain(domain)) }
}
extension NameUse {
    fileprivate var sourceReference: RowReference { RowReference(id: id, subject: .source(name)) }
}
extension CarrierRow {
    var reference: RowReference { RowReference(id: id, subject: .carrier(carrier)) }
}
extension ActionRow {
    var reference: RowReference { RowReference(id: id, subject: .action(number: number)) }
}
extension VerdictRow {
    var reference: RowReference { RowReference(id: id, subject: .verdict(number: number)) }
}
extension PlanRow {
    var reference: RowReference { RowReference(id: id, subject: .plan(plan)) }
}
extension Attention {
    var reference: RowReference {
        switch kind {
        case .account: RowReference(id: id, subject: .account(subject))
        case .source: RowReference(id: id, subject: .source(subject))
        case .carrier: RowReference(id: id, subject: .carrier(subject))
        case .domain: RowReference(id: id, subject: .domain(subject))
        case .feed, .store: RowReference(id: id, subject: nil)
        }
    }
}
