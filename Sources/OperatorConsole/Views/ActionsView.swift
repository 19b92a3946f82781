import ControlProtocol

/// The audit log, newest first: every change, and every attempt that was refused.
struct ActionsView {
    let context: ViewContext
    let page: Page<ActionRow>

    func draw(_ grid: inout Grid) {
        TableView(
            context: context, title: "Actions", noun: "actions", columns: Self.columns,
            rows: page.rows.map { ActionCells.row($0, context) }, paging: Paging(page)
        ).draw(&grid)
    }

    static let columns = [
        Column("#", 6, align: .right, drop: 2),
        Column("at", 9, sort: "at", align: .right),
        Column("who", 8, sort: "actor", flex: 1),
        Column("verb", 9, sort: "verb"),
        Column("target", 14, sort: "target", flex: 2),
        Column("state", 17, sort: "state"),
        Column("detail", 14, flex: 2, drop: 3),
        Column("reason", 11, flex: 3, drop: 1),
    ]
}

enum ActionCells {
    static func row(_ row: ActionRow, _ context: ViewContext) -> TableRow {
        TableRow(
            id: row.id,
            cells: [
                Run(String(row.number), .quiet), Run(context.dayAndMinute(row.at)), Run(row.actor), Run(row.verb),
                Run(row.target), state(row, context), Run(row.detail), Run(row.reason, .quiet),
            ])
    }

    static func state(_ row: ActionRow, _ context: ViewContext) -> Run {
        switch row.state {
        case .active:
            let left = row.expires.map { "  \(Figures.span(milliseconds: $0.since(context.now))) left" } ?? ""
            return Run("active" + left, .good)
        case .undone: return Run("undone" + (row.undoneBy.map { " by #\($0)" } ?? ""), .quiet)
        case .refused: return Run("refused", .alarm)
        case .expired, .superseded, .done: return Run(row.state.rawValue, .quiet)
        }
    }
}
