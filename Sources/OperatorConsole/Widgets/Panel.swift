/// The line that names a part of the screen, with what it counts and how old it is.
enum Panel {
    static func title(
        _ grid: inout Grid, _ area: Area, _ title: String, note: [Run] = [], hasFocus: Bool = false
    ) {
        guard area.rows > 0, area.columns > 4 else { return }
        let glyphs = grid.drawing.glyphs
        grid.write(
            String(repeating: glyphs.horizontal, count: area.columns), row: area.row, column: area.column,
            limit: area.columns, style: .quiet)
        let text = " " + title + " "
        let end = grid.write(
            text, row: area.row, column: area.column + 1, limit: area.columns - 3,
            style: hasFocus ? Style.title.reversed() : .title)
        let width = grid.width(of: note) + 2
        guard !note.isEmpty, end + width + 1 <= area.column + area.columns else { return }
        let start = area.column + area.columns - width - 1
        grid.write([Run(" ")] + note + [Run(" ")], row: area.row, column: start, limit: width)
    }

    /// The line between two panels that stand side by side.
    static func divider(_ grid: inout Grid, row: Int, rows: Int, column: Int, isFirst: Bool) {
        let glyphs = grid.drawing.glyphs
        for offset in 0..<max(0, rows) {
            let sign = offset > 0 ? glyphs.vertical : isFirst ? glyphs.teeDown : glyphs.cross
            grid.write(String(sign), row: row + offset, column: column, limit: 1, style: .quiet)
        }
    }
}
