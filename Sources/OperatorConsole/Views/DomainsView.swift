import ControlProtocol

/// What is known of domains' authentication, the site's own first.
struct DomainsView {
    let context: ViewContext
    let page: Page<DomainRow>

    func draw(_ grid: inout Grid) {
        TableView(
            context: context, title: "Domains, last hour: messages that passed, %", noun: "domains",
            columns: Self.columns, rows: page.rows.map(DomainCells.row), paging: Paging(page)
        ).draw(&grid)
    }

    static let columns = [
        Column("domain", 24, sort: "domain", flex: 2),
        Column("own", 4, sort: "own"),
        Column("messages", 9, sort: "messages", align: .right),
        Column("SPF", 5, sort: "spf", align: .right),
        Column("SenderID", 8, sort: "senderid", align: .right, drop: 3),
        Column("DKIM", 5, sort: "dkim", align: .right),
        Column("DMARC", 5, sort: "dmarc", align: .right),
        Column("ARC", 5, sort: "arc", align: .right, drop: 2),
        Column("new failing sources", 19, sort: "new", flex: 3, drop: 1),
    ]
}

enum DomainCells {
    static func row(_ row: DomainRow) -> TableRow {
        TableRow(
            id: row.id,
            cells: [
                Run(row.domain, row.own ? .bold : .plain), Run(row.own ? "own" : "", .good),
                Run(Figures.count(row.messagesLastHour)), rate(row, "spf"), rate(row, "senderid"), rate(row, "dkim"),
                rate(row, "dmarc"), rate(row, "arc"), Run(row.newFailingText(Figures.count), .alarm),
            ])
    }

    static func rate(_ row: DomainRow, _ method: String) -> Run {
        guard let counts = row.methods[method]?.hour, let share = counts.passRate else { return Run("-", .quiet) }
        if counts.none == counts.messages { return Run("none", .quiet) }
        // Who says nothing about his mail does not fail: that nobody signs is no alarm.
        let failed = counts.failRate ?? 0
        let style: Style = failed > 0.5 ? .alarm : failed > 0.1 ? .warning : .plain
        return Run(Figures.percent(share), style)
    }
}
