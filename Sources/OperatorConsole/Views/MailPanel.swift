import ControlProtocol

/// Verdicts a minute over the last hour, one chart for each outcome, with gaps where the engine did not run.
struct MailPanel {
    let context: ViewContext
    let mail: MailSeries

    func draw(_ grid: inout Grid) {
        guard let area = context.layout.area(of: .mail) else { return }
        Panel.title(
            &grid, area, "Mail a minute, last hour", note: [Run("this minute  last hour", .quiet)])
        let series: [(String, [Int?], Style)] = [
            ("accepted", mail.accepted, .good), ("refused", mail.refused, .alarm),
            ("deferred", mail.deferred, .warning),
            ("held", mail.held, .accent),
        ]
        let body = Area(row: area.row + 1, column: area.column, rows: area.rows - 1, columns: area.columns)
        let shown = series.prefix(max(1, body.rows))
        let height = max(1, body.rows / max(1, shown.count))
        for (index, (label, values, style)) in shown.enumerated() {
            let row = body.row + index * height
            guard row < body.row + body.rows else { break }
            SeriesRow(label: label, values: values, style: Style(tone: style.tone)).draw(
                &grid,
                Area(
                    row: row, column: body.column, rows: min(height, body.row + body.rows - row), columns: body.columns)
            )
        }
    }
}

/// A label, a chart, the newest figure and the sum.
struct SeriesRow {
    var label: String
    var values: [Int?]
    var style: Style

    func draw(_ grid: inout Grid, _ area: Area) {
        let figures = 21
        let labelWidth = 9
        let width = area.columns - figures - labelWidth - 4
        let bottom = area.row + area.rows - 1
        grid.fit(label, row: bottom, column: area.column + 1, width: labelWidth)
        if width >= 4 {
            // Newest at the right; a series that is shorter than the room stays at its own width.
            let cells = min(width, grid.drawing.glyphs.braille ? (values.count + 1) / 2 * stretch(width) : values.count)
            let stretched =
                grid.drawing.glyphs.braille ? values.flatMap { Array(repeating: $0, count: stretch(width)) } : values
            let lines = Chart.lines(stretched, width: cells, height: area.rows, braille: grid.drawing.glyphs.braille)
            for (offset, line) in lines.enumerated() {
                grid.write(
                    line, row: area.row + offset, column: area.column + labelWidth + 2, limit: width, style: style)
            }
        }
        let newest = values.last ?? nil
        let sum = values.reduce(0) { $0.plus($1 ?? 0) }
        let right = area.column + area.columns
        grid.fit(
            newest.map(Figures.count) ?? "no data", row: bottom, column: right - 21, width: 9, align: .right,
            style: newest == nil ? .quiet : .bold)
        grid.fit(Figures.count(sum), row: bottom, column: right - 11, width: 9, align: .right)
    }

    /// Columns of dots for each value: two where there is room for a chart of twice the width.
    private func stretch(_ width: Int) -> Int { width >= values.count ? 2 : 1 }
}
