import ControlProtocol

/// The lines at the top of a page that say what its subject is and how it stands.
struct PageFacts {
    /// Lines that every page gives to its facts.
    static let rows = 4

    var title: String
    var lines: [[Run]]

    func draw(_ grid: inout Grid, _ context: ViewContext) {
        let area = context.layout.body
        let note = Ages.note(context).map { [$0] } ?? []
        Panel.title(&grid, area, title, note: note)
        for (offset, line) in lines.prefix(Self.rows - 1).enumerated() where offset + 1 < area.rows {
            grid.write(line, row: area.row + 1 + offset, column: 2, limit: area.columns - 3)
        }
    }

    /// `label value` pairs in one line.
    static func line(_ pairs: [(String, Run)]) -> [Run] {
        pairs.flatMap { label, value in [Run(label + " ", .quiet), value, Run("    ")] }
    }
}

/// Panels that several pages have.
struct PagePanels {
    let context: ViewContext

    func verdicts(_ rows: [VerdictRow]) -> PanelView {
        PanelView(
            context: context, panel: .verdicts, title: "Why: verdicts, newest first", columns: VerdictCells.columns,
            rows: rows.map { VerdictCells.row($0, context) }, whenEmpty: "No verdict is kept.")
    }

    func queue(_ rows: [QueueRow]) -> PanelView {
        PanelView(
            context: context, panel: .queue, title: "In the queue",
            columns: [
                Column("age", 6, align: .right), Column("queue", 8), Column("to", 16, flex: 2),
                Column("rcpt", 5, align: .right, drop: 2), Column("size", 7, align: .right, drop: 3),
                Column("ID", 12, drop: 4), Column("last reason for delay", 12, flex: 3, drop: 1),
            ],
            rows: rows.map { row in
                TableRow(
                    id: row.id,
                    cells: [
                        Run(Figures.span(milliseconds: context.now.since(row.arrival))),
                        Run(row.queue, QueueCells.style(row.queue)), Run(row.recipients.first?.address ?? ""),
                        Run(Figures.count(row.recipientCount)), Run(Figures.bytes(row.size)), Run(row.queueID, .quiet),
                        Run(row.recipients.lazy.compactMap(\.delayReason).first ?? "", .quiet),
                    ])
            }, note: Ages.note(context, feed: "queue"), whenEmpty: "Nothing is queued.")
    }

    func actions(_ rows: [ActionRow]) -> PanelView {
        PanelView(
            context: context, panel: .actions, title: "Actions",
            columns: [
                Column("#", 5, align: .right), Column("at", 9, align: .right), Column("who", 8, flex: 1, drop: 2),
                Column("verb", 9), Column("state", 9, flex: 1), Column("reason", 10, flex: 3, drop: 1),
            ],
            rows: rows.map { row in
                TableRow(
                    id: row.id,
                    cells: [
                        Run(String(row.number), .quiet), Run(context.dayAndMinute(row.at)), Run(row.actor),
                        Run(row.verb),
                        ActionCells.state(row, context), Run(row.reason, .quiet),
                    ])
            }, whenEmpty: "Nobody acted on it.")
    }

    func limits(_ rows: [LimitUse], _ glyphs: Glyphs) -> PanelView {
        PanelView(
            context: context, panel: .limits, title: "Limits",
            columns: [
                Column("limit", 21, flex: 2), Column("of", 12, flex: 1, drop: 2), Column("used", 7, align: .right),
                Column("%", 5, align: .right), Column("", 5, drop: 3),
                Column("free again", 10, align: .right, drop: 1),
            ],
            rows: rows.map { row in
                let share = row.quantity > 0 ? Double(row.used) / Double(row.quantity) : 1
                let style: Style = share >= 1 ? .alarm : share >= 0.8 ? .warning : .plain
                return TableRow(
                    id: row.limit,
                    cells: [
                        Run(Figures.shortLimit(row.limit)), Run(row.limitOf, .quiet),
                        Run(Figures.taken(row.used, of: row.limit)),
                        Run(Figures.wholePercent(share) + "%", style),
                        Run(Chart.bar(share, width: 5, glyphs: glyphs), style),
                        Run(row.freeAgain.map(context.dayAndMinute) ?? "", .warning),
                    ])
            }, whenEmpty: "It has no limit.")
    }

    func uses(_ panel: PanelID, _ title: String, _ noun: String, _ rows: [SourceUse]) -> PanelView {
        PanelView(
            context: context, panel: panel, title: title,
            columns: [
                Column(noun, 18, flex: 2), Column("messages", 8, align: .right), Column("refused", 7, align: .right),
                Column("seen", 7, align: .right, drop: 1),
            ],
            rows: rows.map { row in
                TableRow(
                    id: row.name,
                    cells: [
                        Run(row.name), Run(Figures.count(row.messages)),
                        Run(Figures.count(row.refused), row.refused > 0 ? .warning : .quiet),
                        Run(Figures.span(milliseconds: context.now.since(row.lastSeen)), .quiet),
                    ])
            })
    }

    /// - Parameter others: All that have no row of their own.
    func names(
        _ panel: PanelID, _ title: String, _ noun: String, _ rows: [NameUse], others: NameUse? = nil
    ) -> PanelView {
        PanelView(
            context: context, panel: panel, title: title,
            columns: [
                Column(noun, 18, flex: 2), Column("passed", 7, align: .right), Column("failed", 7, align: .right),
                Column("neither", 7, align: .right, drop: 2),
                Column("since", 7, align: .right, drop: 4), Column("seen", 7, align: .right, drop: 1),
                Column("", 11, drop: 3),
            ],
            rows: rows.map { row in
                TableRow(
                    id: row.id,
                    cells: [
                        Run(row.name), Run(Figures.count(row.passed)),
                        Run(Figures.count(row.failed), row.failed > 0 ? .warning : .quiet),
                        Run(Figures.count(row.unknown), .quiet),
                        Run(Figures.span(milliseconds: context.now.since(row.firstSeen)), .quiet),
                        Run(Figures.span(milliseconds: context.now.since(row.lastSeen)), .quiet),
                        Run(row.isNewFailing ? "new failing" : "", .alarm),
                    ])
            },
            note: others.map {
                Run(
                    "and others: \(Figures.count($0.passed)) passed, \(Figures.count($0.failed)) failed",
                    $0.failed > 0 ? .warning : .quiet)
            }, whenEmpty: "Nothing was verified.")
    }

    func drawDividers(_ grid: inout Grid) {
        var lineAbove: Int?
        for placed in context.layout.panels where placed.area.column > 0 {
            let area = placed.area
            Panel.divider(
                &grid, row: area.row, rows: area.rows, column: area.column - 1, isFirst: lineAbove != area.row)
            lineAbove = area.row + area.rows
        }
    }

    /// Overrides in force, in one line.
    func overrides(_ badges: [OverrideBadge]) -> [Run] {
        guard !badges.isEmpty, let clock = context.clock else { return [Run("no override in force", .quiet)] }
        return badges.flatMap { [Run($0.described(clock, context.now), .warning), Run("   ")] }
    }
}
