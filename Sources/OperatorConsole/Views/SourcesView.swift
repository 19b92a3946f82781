import ControlProtocol

/// Client addresses and networks, the highest score first, with the score opened into its parts.
struct SourcesView {
    let context: ViewContext
    let page: Page<SourceRow>

    func draw(_ grid: inout Grid) {
        TableView(
            context: context, title: "Sources, last hour", noun: "sources", columns: Self.columns,
            rows: page.rows.map { SourceCells.row($0, context) }, paging: Paging(page)
        ).draw(&grid)
    }

    static let columns = [
        Column("source", 20, sort: "source", flex: 1),
        Column("score", 6, sort: "score", align: .right),
        Column("messages", 8, sort: "messages", align: .right, drop: 3),
        Column("refused", 8, sort: "refused", align: .right, drop: 2),
        Column("unknown", 8, sort: "unknown", align: .right, drop: 4),
        Column("accounts", 8, sort: "accounts", align: .right, drop: 6),
        Column("seen", 6, sort: "seen", align: .right, drop: 5),
        Column("state", 11, sort: "state", flex: 1),
        Column("the score's parts", 20, flex: 4, drop: 1),
    ]
}

enum SourceCells {
    static func row(_ row: SourceRow, _ context: ViewContext) -> TableRow {
        func figure(_ value: Int) -> Run { Run(Figures.count(value), value == 0 ? .quiet : .plain) }
        return TableRow(
            id: row.id,
            cells: [
                Run(row.source), score(row), figure(row.messagesLastHour), figure(row.refusedLastHour),
                figure(row.unknownRecipientsLastHour), figure(row.accountsLastHour),
                Run(Figures.span(milliseconds: context.now.since(row.lastSeen)), .quiet), state(row, context),
                Run(parts(row), .quiet),
            ])
    }

    static func score(_ row: SourceRow) -> Run {
        Run(Figures.count(row.score), row.score >= 100 ? .alarm : row.score >= 30 ? .warning : .plain)
    }

    static func state(_ row: SourceRow, _ context: ViewContext) -> Run {
        // The network around an address may have an override of the other kind.
        func left(_ kind: OverrideBadge.Kind) -> String {
            row.overrides.first { $0.kind == kind }.map { "  " + $0.short(context.now) } ?? ""
        }
        switch row.state {
        case .open: return Run("open", .quiet)
        case .blocked: return Run("blocked" + left(.block), .alarm)
        case .whitelisted: return Run("whitelisted" + left(.whitelist), .good)
        }
    }

    /// `451 unknown recipients, 12 forged senders (+36)`: the points where they are not the count itself.
    static func parts(_ row: SourceRow) -> String {
        row.parts.map { part in
            let points = part.points == part.count ? "" : " (+\(Figures.count(part.points)))"
            return "\(Figures.count(part.count)) \(part.name)\(points)"
        }.joined(separator: ", ")
    }
}
