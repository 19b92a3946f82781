import ControlProtocol

/// Verdicts with their explanation, newest first.
struct WhyView {
    let context: ViewContext
    let page: Page<VerdictRow>

    func draw(_ grid: inout Grid) {
        TableView(
            context: context, title: "Why: " + (context.screen.subject ?? ""), noun: "verdicts",
            columns: VerdictCells.columns, rows: page.rows.map { VerdictCells.row($0, context) }, paging: Paging(page)
        ).draw(&grid)
    }
}

/// A verdict in a line: what was answered, by which rule, with the figures of that moment.
enum VerdictCells {
    static let columns = [
        Column("at", 9, align: .right),
        Column("outcome", 8),
        Column("rule", 14, flex: 1, drop: 5),
        Column("limit", 20, flex: 3),
        Column("taken", 13, align: .right, drop: 1),
        Column("free again", 10, align: .right, drop: 3),
        Column("gate", 10, drop: 8),
        Column("from source", 15, flex: 1, drop: 2),
        Column("account", 14, flex: 2, drop: 7),
        Column("to", 16, flex: 2, drop: 4),
        Column("reply", 12, flex: 3, drop: 6),
    ]

    static func row(_ row: VerdictRow, _ context: ViewContext) -> TableRow {
        TableRow(
            id: row.id,
            cells: [
                Run(at(row, context)), outcome(row.outcome), Run(row.rule), limit(row, context), taken(row),
                Run(row.freeAgain.map(context.time) ?? "", .warning), Run(row.gate, .quiet), Run(row.source),
                Run(row.account ?? ""), Run(row.recipient), Run(row.reply, .quiet),
            ])
    }

    private static func at(_ row: VerdictRow, _ context: ViewContext) -> String {
        context.now.since(row.at) < 43_200_000 ? context.time(row.at) : context.dayAndMinute(row.at)
    }

    static func outcome(_ outcome: VerdictRow.Outcome) -> Run {
        switch outcome {
        case .accepted: Run("accepted", .good)
        case .refused: Run("refused", .alarm)
        case .deferred: Run("deferred", .warning)
        case .held: Run("held", .warning)
        }
    }

    private static func limit(_ row: VerdictRow, _ context: ViewContext) -> Run {
        if let badge = row.override {
            return Run("\(badge.kind.rawValue): \(badge.what)  " + badge.short(context.now), .warning)
        }
        if let waited = row.waitedMilliseconds, waited > 0, row.limit == nil {
            return Run("waited \(Figures.count(waited)) ms for a place")
        }
        guard let limit = row.limit else { return Run("") }
        return Run((row.limitOf.map { $0 + ": " } ?? "") + Figures.shortLimit(limit))
    }

    private static func taken(_ row: VerdictRow) -> Run {
        guard let count = row.count else { return Run("") }
        let limit = row.limit ?? ""
        return Run(
            Figures.taken(count, of: limit) + (row.quantity.map { " of " + Figures.taken($0, of: limit) } ?? ""))
    }
}
