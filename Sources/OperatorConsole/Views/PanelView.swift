import ControlProtocol

/// A list in a part of the screen, with its own cursor.
struct PanelView {
    let context: ViewContext
    let panel: PanelID
    var title: String
    var columns: [Column]
    var rows: [TableRow]
    var note: Run?
    var whenEmpty = "none"
    /// Index of the column that goes on below where there are lines to spare.
    var wraps: Int?

    func draw(_ grid: inout Grid) {
        guard let area = context.layout.area(of: panel) else { return }
        let screen = context.screen
        let hasFocus = screen.focus == panel
        let cursor = screen.cursor(of: panel)
        let titleRows = Layout.columnTitleRows(panel)
        let visible = max(0, area.rows - 1 - titleRows)
        var notes: [Run] = note.map { [$0] } ?? []
        if hasFocus, let until = screen.heldUntil, screen.isLive {
            notes.insert(
                Run("order held \(max(1, (until - context.state.now + 999) / 1000)) s  ", .accent), at: 0)
        }
        let below = rows.count - cursor.top - visible
        if below > 0 { notes.append(Run((notes.isEmpty ? "" : "  ") + "\(below) more", .quiet)) }
        Panel.title(&grid, area, title, note: notes, hasFocus: hasFocus)
        let body = Area(row: area.row + 1, column: area.column, rows: area.rows - 1, columns: area.columns)
        if rows.isEmpty {
            grid.fit(whenEmpty, row: body.row, column: body.column + 2, width: body.columns - 2, style: .quiet)
            return
        }
        Table(
            columns: columns, rows: rows, firstVisible: cursor.top, selected: hasFocus ? cursor.selected : nil,
            marked: Set(screen.marks.map(\.id)), showsTitles: titleRows > 0, wraps: wraps
        ).draw(&grid, body)
    }
}
