import ControlProtocol

/// A view that is one table: its title line says filter, order, marks and how many rows there are.
struct TableView {
    let context: ViewContext
    var title: String
    /// What the rows are, for `214 of 1,204,882 accounts`.
    var noun: String
    var columns: [Column]
    var rows: [TableRow]
    var paging: Paging
    /// The feed that the rows come from, if it is one.
    var feed: String?

    func draw(_ grid: inout Grid) {
        let area = context.layout.body
        let screen = context.screen
        drawTitle(&grid, area)
        let body = Area(row: area.row + 1, column: area.column, rows: area.rows - 1, columns: area.columns)
        let cursor = screen.cursor(of: .table)
        let names = ViewQuery.columns(of: screen.view)
        // Carriers stand as they are configured: that is the order of no column.
        let own = screen.view == .carriers ? nil : names.first
        let sort = (screen.sort ?? own).map { (name: $0, descending: screen.descending) }
        Table(
            columns: columns, rows: rows, firstVisible: cursor.top - paging.offset, selected: cursor.selected,
            marked: Set(screen.marks.map(\.id)), sort: sort
        ).draw(&grid, body)
        if rows.isEmpty {
            let text = screen.filter.isEmpty ? "There are no \(noun)." : "No \(noun) match; Esc takes the filter away."
            grid.fit(
                text, row: body.row + min(2, body.rows - 1), column: 0, width: body.columns, align: .center,
                style: .quiet)
        }
    }

    private func drawTitle(_ grid: inout Grid, _ area: Area) {
        let screen = context.screen
        let filter = screen.filter.isEmpty ? "" : "   filter: " + screen.filter
        var note: [Run] = []
        func add(_ text: String, _ style: Style = .plain) {
            if !note.isEmpty { note.append(Run("   ")) }
            note.append(Run(text, style))
        }
        if let until = screen.heldUntil, screen.isLive {
            add("order held \(max(1, (until - context.state.now + 999) / 1000)) s", .accent)
        }
        if !screen.marks.isEmpty {
            let hidden = screen.hiddenMarks
            add("\(screen.marks.count) marked" + (hidden > 0 ? ", \(hidden) not shown" : ""), .warning)
        }
        if screen.cursor(of: .table).selected != nil, screen.selectedRow == nil, screen.isLive, !screen.awaitsFilter {
            add("selected row is not shown", .quiet)
        }
        if let age = Ages.note(context, feed: feed) { add(age.text, age.style) }
        let total = Figures.count(paging.total)
        guard !screen.awaitsFilter else {
            add("looking for \(noun)…", .accent)
            Panel.title(&grid, area, title + filter, note: note)
            return
        }
        add((screen.filter.isEmpty ? total : Figures.count(paging.matched) + " of " + total) + " " + noun)
        Panel.title(&grid, area, title + filter, note: note)
    }
}

/// How old what a panel shows is.
enum Ages {
    /// The age of the feed, or of the frame where that is old; `nil` where it is fresh.
    static func note(_ context: ViewContext, feed name: String? = nil) -> Run? {
        let state = context.state
        if case .lost(let since, _, _, _) = state.link, context.screen.isLive {
            let age = state.now - (context.screen.receivedAt ?? since)
            return Run("STALE " + Figures.span(milliseconds: age).filter { $0 != " " }, .alarm)
        }
        if let name, let feed = state.status?.feeds.first(where: { $0.name.lowercased().contains(name) }),
            let age = FeedAge(feed, state), context.screen.isLive
        {
            return Run(age.text, age.isStale ? .warning : .quiet)
        }
        guard context.screen.isLive, let receivedAt = context.screen.receivedAt else { return nil }
        let age = state.now - receivedAt
        return age >= 3_000 ? Run(Figures.span(milliseconds: age) + " ago", .quiet) : nil
    }
}
