/// A column of a table. Widths depend on the room alone, never on the rows, so that nothing moves when figures do.
struct Column {
    var title: String
    /// The name that the engine sorts by, where it does.
    var sortName: String?
    var width: Int
    /// Share of the room that is left over; 0 keeps the width.
    var flex = 0
    var align = Alignment.left
    /// Columns with the highest go first where there is not enough room; 0 stays.
    var dropOrder = 0

    init(
        _ title: String, _ width: Int, sort: String? = nil, flex: Int = 0, align: Alignment = .left, drop: Int = 0
    ) {
        self.title = title
        self.width = width
        sortName = sort
        self.flex = flex
        self.align = align
        dropOrder = drop
    }
}

/// A row as a table draws it: a text in a style for each column.
struct TableRow {
    var id: String
    var cells: [Run]
}

/// Draws rows in columns, with the selected and marked ones told apart by a sign as well as by their look.
struct Table {
    var columns: [Column]
    var rows: [TableRow]
    /// Index of the first of `rows` that is visible.
    var firstVisible = 0
    var selected: String?
    var marked: Set<String> = []
    var hasFocus = true
    var sort: (name: String, descending: Bool)?
    var showsTitles = true
    /// Index of a column whose text goes on in a second line where there are lines to spare.
    var wraps: Int?

    private static let gutter = 2
    private static let gap = 2

    func draw(_ grid: inout Grid, _ area: Area) {
        guard area.rows > 0, area.columns > Self.gutter else { return }
        let placed = place(area.columns - Self.gutter)
        var row = area.row
        if showsTitles {
            drawTitles(&grid, area, placed)
            row += 1
        }
        let end = area.row + area.rows
        let visible = rows.dropFirst(max(0, firstVisible)).prefix(max(0, end - row))
        var spare = end - row - visible.count
        for tableRow in visible {
            let rest = spare > 0 ? rest(of: tableRow, placed, grid.splitter) : nil
            draw(tableRow, &grid, row, area, placed, rest: rest)
            row += rest == nil ? 1 : 2
            spare -= rest == nil ? 0 : 1
        }
    }

    private func drawTitles(_ grid: inout Grid, _ area: Area, _ placed: [(index: Int, column: Int, width: Int)]) {
        for place in placed {
            let column = columns[place.index]
            let start = area.column + Self.gutter + place.column
            guard let sort, sort.name == column.sortName else {
                grid.fit(
                    column.title, row: area.row, column: start, width: place.width, align: column.align, style: .quiet)
                continue
            }
            // The arrow stands in the gap, so that the title is not cut for it.
            let arrow = sort.descending ? grid.drawing.glyphs.descending : grid.drawing.glyphs.ascending
            let used = column.align == .right ? place.width : min(place.width, grid.splitter.width(of: column.title))
            grid.fit(
                column.title, row: area.row, column: start, width: place.width, align: column.align, style: .accent)
            grid.write(String(arrow), row: area.row, column: start + used, limit: 1, style: .accent)
        }
    }

    private func draw(
        _ tableRow: TableRow, _ grid: inout Grid, _ row: Int, _ area: Area,
        _ placed: [(index: Int, column: Int, width: Int)], rest: Wrapped?
    ) {
        let rows = rest == nil ? 1 : 2
        let isSelected = tableRow.id == selected
        let isMarked = marked.contains(tableRow.id)
        if isSelected { grid.write(String(grid.drawing.glyphs.selected), row: row, column: area.column, limit: 1) }
        if isMarked {
            grid.write(String(grid.drawing.glyphs.marked), row: row, column: area.column + 1, limit: 1, style: .warning)
        }
        for place in placed where tableRow.cells.indices.contains(place.index) {
            let cell = tableRow.cells[place.index]
            let start = area.column + Self.gutter + place.column
            let text = place.index == wraps ? rest?.first ?? cell.text : cell.text
            grid.fit(
                text, row: row, column: start, width: place.width, align: columns[place.index].align,
                style: cell.style)
            guard place.index == wraps, let second = rest?.second else { continue }
            grid.fit(second, row: row + 1, column: start, width: place.width, style: cell.style)
        }
        if isMarked {
            grid.restyle(Area(row: row, column: area.column, rows: rows, columns: area.columns)) { style in
                var style = style
                style.bold = true
                return style
            }
        }
        if isSelected, hasFocus {
            grid.restyle(Area(row: row, column: area.column, rows: rows, columns: area.columns)) { $0.reversed() }
        }
    }

    private struct Wrapped {
        var first: String
        var second: String
    }

    /// The text of the column that wraps in two lines; `nil` where one holds it.
    private func rest(
        of row: TableRow, _ placed: [(index: Int, column: Int, width: Int)], _ splitter: CellSplitter
    ) -> Wrapped? {
        guard let place = placed.first(where: { $0.index == wraps }), row.cells.indices.contains(place.index) else {
            return nil
        }
        let lines = wrapped(row.cells[place.index].text, width: place.width, splitter: splitter)
        guard lines.count > 1 else { return nil }
        return Wrapped(first: lines[0], second: lines.dropFirst().joined(separator: " "))
    }

    /// Columns that fit, with where they start and how wide they are.
    private func place(_ room: Int) -> [(index: Int, column: Int, width: Int)] {
        var kept = Array(columns.indices)
        func needed() -> Int { kept.reduce(0) { $0 + columns[$1].width } + Self.gap * max(0, kept.count - 1) }
        while needed() > room,
            let drop = kept.filter({ columns[$0].dropOrder > 0 }).max(by: {
                columns[$0].dropOrder < columns[$1].dropOrder
            })
        {
            kept.removeAll { $0 == drop }
        }
        let spare = max(0, room - needed())
        let shares = kept.reduce(0) { $0 + columns[$1].flex }
        var given = 0
        var shared = 0
        var at = 0
        return kept.map { index in
            shared += columns[index].flex
            let extra = shares == 0 ? 0 : spare * shared / shares - given
            given += extra
            let width = min(columns[index].width + extra, max(0, room - at))
            defer { at += width + Self.gap }
            return (index, at, width)
        }
    }
}
