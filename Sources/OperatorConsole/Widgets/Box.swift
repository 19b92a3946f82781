/// A framed box in the middle of the screen with lines in it.
struct Box {
    var title: String
    var lines: [[Run]]
    /// The line that must be visible.
    var keepVisible = 0
    var width = 76
    /// Where the cursor stands: a line of `lines`, and cells from its start.
    var cursor: (line: Int, column: Int)?
    /// Lines that are shown in reverse from a column on, for a field with the focus.
    var tone = Tone.plain

    /// Cells that a line of a box may take on this grid.
    static func innerWidth(_ grid: Grid, wanted: Int = 76) -> Int { max(1, min(wanted, grid.size.columns - 2) - 4) }

    func draw(_ grid: inout Grid) {
        let columns = min(width, grid.size.columns - 2)
        let rows = min(lines.count + 2, grid.size.rows)
        guard columns > 6, rows > 2 else { return }
        let area = Area(
            row: (grid.size.rows - rows) / 2, column: (grid.size.columns - columns) / 2, rows: rows, columns: columns)
        grid.clear(area)
        frame(&grid, area)
        let visible = rows - 2
        let first = max(0, min(keepVisible - visible + 1, lines.count - visible))
        for (offset, line) in lines.dropFirst(first).prefix(visible).enumerated() {
            grid.write(line, row: area.row + 1 + offset, column: area.column + 2, limit: columns - 4)
        }
        if first > 0 { note(&grid, area.row, area, "more above") }
        if first + visible < lines.count { note(&grid, area.row + rows - 1, area, "more below") }
        if let cursor, cursor.line >= first, cursor.line < first + visible {
            grid.cursor = (
                area.row + 1 + cursor.line - first, min(area.column + 2 + cursor.column, area.column + columns - 2)
            )
        }
    }

    private func frame(_ grid: inout Grid, _ area: Area) {
        let glyphs = grid.drawing.glyphs
        let style = Style(tone: tone == .plain ? .accent : tone)
        let bar = String(repeating: glyphs.horizontal, count: max(0, area.columns - 2))
        let bottom = area.row + area.rows - 1
        grid.write(
            String(glyphs.corners[0]) + bar + String(glyphs.corners[1]), row: area.row, column: area.column,
            style: style)
        grid.write(
            String(glyphs.corners[2]) + bar + String(glyphs.corners[3]), row: bottom, column: area.column, style: style)
        for row in area.row + 1..<bottom {
            grid.write(String(glyphs.vertical), row: row, column: area.column, style: style)
            grid.write(String(glyphs.vertical), row: row, column: area.column + area.columns - 1, style: style)
        }
        var heading = style
        heading.bold = true
        let room = area.columns - 4
        let width = min(room, grid.splitter.width(of: title) + 2)
        grid.write(" ", row: area.row, column: area.column + 2, limit: 1)
        grid.fit(title + " ", row: area.row, column: area.column + 3, width: max(0, width - 1), style: heading)
    }

    private func note(_ grid: inout Grid, _ row: Int, _ area: Area, _ text: String) {
        let width = text.count + 2
        guard width + 4 < area.columns else { return }
        grid.write(" \(text) ", row: row, column: area.column + area.columns - width - 2, limit: width, style: .quiet)
    }
}
