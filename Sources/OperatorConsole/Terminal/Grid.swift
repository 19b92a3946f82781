/// The size of a terminal in cells.
struct Size: Equatable, Sendable {
    var rows: Int
    var columns: Int
}

/// A rectangle of cells.
struct Area: Equatable, Sendable {
    var row: Int
    var column: Int
    var rows: Int
    var columns: Int
}

/// One cell of the screen.
struct Cell: Equatable, Sendable {
    /// Empty in the second half of a wide character.
    var text: String
    /// Cells that the text takes: 1 or 2, and 0 in a second half.
    var width: Int
    var style: Style

    static let blank = Cell(text: " ", width: 1, style: .plain)
}

/// What the terminal is to show. Writing is clipped to the area given and never leaves half of a wide character, so
/// that each row is always exactly as wide as the grid.
struct Grid: Equatable, Sendable {
    let size: Size
    let drawing: Drawing
    private(set) var cells: [Cell]
    /// Where the cursor stands; hidden when `nil`.
    var cursor: (row: Int, column: Int)?

    init(size: Size, drawing: Drawing) {
        self.size = Size(rows: max(0, size.rows), columns: max(0, size.columns))
        self.drawing = drawing
        cells = Array(repeating: .blank, count: self.size.rows * self.size.columns)
    }

    static func == (one: Grid, other: Grid) -> Bool {
        one.size == other.size && one.cursor?.row == other.cursor?.row && one.cursor?.column == other.cursor?.column
            && one.cells == other.cells
    }

    var splitter: CellSplitter { CellSplitter(drawing: drawing) }

    subscript(row: Int, column: Int) -> Cell { cells[row * size.columns + column] }

    /// Writes text and returns the column after it.
    @discardableResult
    mutating func write(_ text: String, row: Int, column: Int, limit: Int = Int.max, style: Style = .plain) -> Int {
        guard row >= 0, row < size.rows, column < size.columns, limit > 0 else { return column }
        let end = min(size.columns, limit == Int.max ? Int.max : column + limit)
        var at = column
        for cell in splitter.cells(of: text, atMost: end - column) {
            if at + cell.width > end { break }
            if at >= 0 { put(cell, row: row, column: at, style: style) }
            at += cell.width
        }
        return at
    }

    /// Changes the look of cells that are already written.
    mutating func restyle(_ area: Area, _ change: (Style) -> Style) {
        let (rows, columns) = clipped(area)
        for row in rows {
            for index in columns.lowerBound + row * size.columns..<columns.upperBound + row * size.columns {
                cells[index].style = change(cells[index].style)
            }
        }
    }

    mutating func clear(_ area: Area, style: Style = .plain) {
        let (rows, columns) = clipped(area)
        for row in rows {
            for column in columns { put(CellText(text: " ", width: 1), row: row, column: column, style: style) }
        }
    }

    private func clipped(_ area: Area) -> (rows: Range<Int>, columns: Range<Int>) {
        let top = min(max(0, area.row), size.rows)
        let left = min(max(0, area.column), size.columns)
        let bottom = max(top, min(size.rows, area.row + area.rows))
        let right = max(left, min(size.columns, area.column + area.columns))
        return (top..<bottom, left..<right)
    }

    /// The text of a row, as a golden file keeps it.
    func line(_ row: Int) -> String {
        (0..<size.columns).map { self[row, $0].text }.joined()
    }

    private mutating func put(_ cell: CellText, row: Int, column: Int, style: Style) {
        let index = row * size.columns + column
        mend(index, column: column)
        if cell.width == 2 {
            mend(index + 1, column: column + 1)
            cells[index] = Cell(text: cell.text, width: 2, style: style)
            cells[index + 1] = Cell(text: "", width: 0, style: style)
        } else {
            cells[index] = Cell(text: cell.text, width: 1, style: style)
        }
    }

    /// Blanks the other half of a wide character of which one half is about to be overwritten.
    private mutating func mend(_ index: Int, column: Int) {
        if cells[index].width == 0, column > 0 {
            cells[index - 1] = Cell(text: " ", width: 1, style: cells[index - 1].style)
            cells[index] = Cell(text: " ", width: 1, style: cells[index].style)
        } else if cells[index].width == 2, column + 1 < size.columns {
            cells[index + 1] = Cell(text: " ", width: 1, style: cells[index + 1].style)
        }
    }
}
