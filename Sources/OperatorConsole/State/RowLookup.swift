import ControlProtocol

/// What a frame tells of one thing, for dialogs that begin with the value in force.
extension ViewContent {
    func sender(_ account: String) -> SenderRow? {
        switch self {
        case .senders(let page): page.rows.first { $0.account == account }
        case .overview(let overview): overview.nearestLimits.first { $0.account == account }
        case .account(let detail): detail.row.account == account ? detail.row : nil
        default: nil
        }
    }

    func source(_ name: String) -> SourceRow? {
        switch self {
        case .sources(let page): page.rows.first { $0.source == name }
        case .overview(let overview): overview.topSources.first { $0.source == name }
        case .source(let detail): detail.row.source == name ? detail.row : nil
        default: nil
        }
    }

    func carrier(_ name: String) -> CarrierRow? {
        switch self {
        case .carriers(let page): page.rows.first { $0.carrier == name }
        case .carrier(let detail): detail.row.carrier == name ? detail.row : nil
        default: nil
        }
    }

    func plan(_ name: String) -> PlanRow? {
        if case .plans(let page) = self { page.rows.first { $0.plan == name } } else { nil }
    }

    func message(_ id: String) -> QueueRow? {
        let rows: [QueueRow] =
            switch self {
            case .queue(let page): page.rows
            case .account(let detail): detail.queue
            case .carrier(let detail): detail.queue
            case .message(let detail): detail.row.map { [$0] } ?? []
            default: []
            }
        return rows.first { $0.id == id }
    }

    func action(_ number: Int64) -> ActionRow? { actionRows.first { $0.number == number } }

    var actionRows: [ActionRow] {
        switch self {
        case .actions(let page): page.rows
        case .account(let detail): detail.actions
        case .source(let detail): detail.actions
        case .carrier(let detail): detail.actions
        case .message(let detail): detail.actions
        default: []
        }
    }

    func verdict(_ number: Int64) -> VerdictRow? {
        let rows: [VerdictRow] =
            switch self {
            case .why(let page): page.rows
            case .account(let detail): detail.verdicts
            case .source(let detail): detail.verdicts
            case .carrier(let detail): detail.verdicts
            case .message(let detail): detail.verdicts
            default: []
            }
        return rows.first { $0.number == number }
    }
}
