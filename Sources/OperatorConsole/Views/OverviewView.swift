import ControlProtocol

/// One glance: does anything need a person?
struct OverviewView {
    let context: ViewContext
    let overview: Overview

    func draw(_ grid: inout Grid) {
        PagePanels(context: context).drawDividers(&grid)
        MailPanel(context: context, mail: overview.mail).draw(&grid)
        attention.draw(&grid)
        queue.draw(&grid)
        nearest.draw(&grid)
        sources.draw(&grid)
        domains.draw(&grid)
    }

    private var attention: PanelView {
        PanelView(
            context: context, panel: .attention, title: "Needs attention",
            columns: [
                Column("", 5), Column("", 18, flex: 1), Column("", 20, flex: 5), Column("", 10, align: .right),
            ],
            rows: overview.attention.map { item in
                let verb = item.verb.map { name in
                    Verb(rawValue: name).map { "\($0.key) \(name)" } ?? name
                }
                return TableRow(
                    id: item.id,
                    cells: [
                        Run(context.minute(item.at), .quiet), Run(item.subject, .bold), Run(item.evidence, .warning),
                        Run(verb ?? "", .accent),
                    ])
            }, note: Ages.note(context), whenEmpty: "Nothing needs a person.", wraps: 2)
    }

    private var queue: PanelView {
        let titles = QueueAges.bounds.map { "<\($0)" } + [QueueAges.bounds.last.map { ">\($0)" } ?? "older"]
        return PanelView(
            context: context, panel: .queueAges,
            title: (context.state.status?.mode == "demo" ? "Queue of the demo" : "Queue")
                + " by carrier and age, minutes",
            columns: [Column("carrier", 8, flex: 1), Column("total", 6, align: .right)]
                + titles.map { Column($0, 5, align: .right) },
            rows: overview.queue.map { row in
                let ages = (0..<titles.count).map { row.ages.indices.contains($0) ? row.ages[$0] : 0 }
                return TableRow(
                    id: row.id,
                    cells: [Run(row.carrier), Run(Figures.count(row.total), .bold)]
                        + ages.enumerated().map { index, count in
                            Run(Figures.count(count), count == 0 ? .quiet : index >= 4 ? .warning : .plain)
                        })
            }, note: Ages.note(context, feed: "queue"), whenEmpty: "The queue is empty.")
    }

    private var nearest: PanelView {
        PanelView(
            context: context, panel: .nearestLimits, title: "Senders nearest their limit",
            columns: [
                Column("account", 24, flex: 3), Column("plan", 7, drop: 2), Column("used/limit", 17, flex: 1),
                Column("%", 5, align: .right), Column("state", 9, flex: 1, drop: 1),
            ],
            rows: overview.nearestLimits.map { row in
                TableRow(
                    id: row.id,
                    cells: [
                        Run(row.account), Run(row.plan, .quiet), SenderCells.used(row), SenderCells.percent(row),
                        SenderCells.state(row, context),
                    ])
            }, note: Ages.note(context), whenEmpty: "Nobody is near a limit.")
    }

    private var sources: PanelView {
        PanelView(
            context: context, panel: .topSources, title: "Top offending sources, last hour",
            columns: [
                Column("source", 18, flex: 1), Column("score", 6, align: .right), Column("state", 8, drop: 1),
                Column("the score's parts", 16, flex: 3),
            ],
            rows: overview.topSources.map { row in
                TableRow(
                    id: row.id,
                    cells: [
                        Run(row.source), SourceCells.score(row), SourceCells.state(row, context),
                        Run(SourceCells.parts(row), .quiet),
                    ])
            }, note: Ages.note(context), whenEmpty: "No source has a score.")
    }

    private var domains: PanelView {
        PanelView(
            context: context, panel: .domains, title: "Authentication, own domains first, last hour, % passed",
            columns: [
                Column("domain", 16, flex: 2), Column("SPF", 5, align: .right), Column("DKIM", 5, align: .right),
                Column("DMARC", 5, align: .right), Column("messages", 9, align: .right),
            ],
            rows: overview.domains.map { row in
                TableRow(
                    id: row.id,
                    cells: [
                        Run(row.domain, row.own ? .bold : .plain), DomainCells.rate(row, "spf"),
                        DomainCells.rate(row, "dkim"), DomainCells.rate(row, "dmarc"),
                        Run(Figures.count(row.messagesLastHour)),
                    ])
            }, note: Ages.note(context), whenEmpty: "No domain was seen.")
    }
}
