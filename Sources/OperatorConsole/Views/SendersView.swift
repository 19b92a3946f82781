import ControlProtocol

/// Accounts, those nearest to their limit first.
struct SendersView {
    let context: ViewContext
    let page: Page<SenderRow>

    func draw(_ grid: inout Grid) {
        TableView(
            context: context, title: "Senders", noun: "accounts", columns: Self.columns,
            rows: page.rows.map { SenderCells.row($0, context) }, paging: Paging(page)
        ).draw(&grid)
    }

    static let columns = [
        Column("account", 20, sort: "account", flex: 5),
        Column("name", 10, flex: 1, drop: 9),
        Column("plan", 7, sort: "plan", drop: 5),
        Column("age", 6, sort: "age", align: .right, drop: 6),
        Column("rate/min", 8, sort: "rate", align: .right, drop: 4),
        Column("used of nearest", 17, sort: "used", flex: 2, drop: 2),
        Column("%", 5, align: .right),
        Column("nets", 4, sort: "networks", align: .right, drop: 3),
        Column("refused/h", 9, sort: "refused", align: .right, drop: 7),
        Column("queued", 6, sort: "queued", align: .right, drop: 8),
        Column("state", 11, sort: "state", flex: 4),
    ]
}

/// How an account looks in a row, here and on the overview.
enum SenderCells {
    static func row(_ row: SenderRow, _ context: ViewContext) -> TableRow {
        TableRow(
            id: row.id,
            cells: [
                Run(row.account), Run(row.name ?? "", .quiet), Run(row.plan), Run(age(row, context)),
                Run(Figures.count(row.messagesPerMinute), row.messagesPerMinute == 0 ? .quiet : .plain), used(row),
                percent(row), Run(Figures.count(row.networks), row.networks >= 10 ? .warning : .plain),
                Run(Figures.count(row.refusedLastHour), row.refusedLastHour == 0 ? .quiet : .plain),
                Run(Figures.count(row.queued), row.queued == 0 ? .quiet : .plain), state(row, context),
            ])
    }

    static func age(_ row: SenderRow, _ context: ViewContext) -> String {
        guard let signedUp = row.signedUp else { return "?" }
        return Figures.span(milliseconds: context.now.since(signedUp)) + (row.inDirectory ? "" : "?")
    }

    static func used(_ row: SenderRow) -> Run {
        guard let limit = row.limit else { return Run("no limit", .quiet) }
        return Run("\(Figures.taken(row.used, of: limit))/\(Figures.shortLimit(limit))")
    }

    static func percent(_ row: SenderRow) -> Run {
        guard row.limit != nil else { return Run("") }
        let style: Style = row.fraction >= 1 ? .alarm : row.fraction >= 0.8 ? .warning : .plain
        return Run(Figures.wholePercent(row.fraction) + "%", style)
    }

    static func state(_ row: SenderRow, _ context: ViewContext) -> Run {
        let badge = row.overrides.first { $0.kind == .suspension } ?? row.overrides.first
        let more = badge.map { "  " + $0.short(context.now) } ?? ""
        let marks = row.marks.isEmpty ? "" : "  " + row.marks.joined(separator: ", ")
        switch row.state {
        case .active:
            if !marks.isEmpty { return Run("active" + marks + more, .warning) }
            return Run("active" + more)
        case .limited:
            let free = row.freeAgain.map { "  free \(context.dayAndMinute($0))" } ?? ""
            return Run("limited" + free + marks + more, .warning)
        case .suspended: return Run("suspended" + more + marks, .alarm)
        case .held: return Run("held" + more + marks, .alarm)
        }
    }
}
