/// Where text stands in its column.
enum Alignment: Equatable, Sendable { case left, right, center }

/// A stretch of text in one style.
struct Run: Equatable, Sendable {
    var text: String
    var style: Style

    init(_ text: String, _ style: Style = .plain) {
        self.text = text
        self.style = style
    }
}

extension Grid {
    /// Writes text into exactly `width` cells: cut with an ellipsis where it is too long, padded where it is short.
    mutating func fit(
        _ text: String, row: Int, column: Int, width: Int, align: Alignment = .left, style: Style = .plain
    ) {
        guard width > 0 else { return }
        let cells = splitter.cells(of: text, atMost: width + 1)
        let needed = cells.reduce(0) { $0 + $1.width }
        if needed > width {
            // A figure that is cut would lie about itself.
            if align == .right, !text.contains(where: \.isLetter) {
                write(String(repeating: "#", count: width), row: row, column: column, limit: width, style: style)
                return
            }
            write(text, row: row, column: column, limit: cutWidth(cells, width), style: style)
            write(
                String(drawing.glyphs.ellipsis), row: row, column: column + cutWidth(cells, width),
                limit: 1, style: style)
            return
        }
        let lead =
            switch align {
            case .left: 0
            case .right: width - needed
            case .center: (width - needed) / 2
            }
        write(text, row: row, column: column + lead, limit: width - lead, style: style)
    }

    /// Writes runs one after the other and returns the column after the last.
    @discardableResult
    mutating func write(_ runs: [Run], row: Int, column: Int, limit: Int) -> Int {
        var at = column
        for run in runs {
            let left = limit - (at - column)
            if left <= 0 { break }
            at = write(run.text, row: row, column: at, limit: left, style: run.style)
        }
        return at
    }

    func width(of runs: [Run]) -> Int { runs.reduce(0) { $0 + splitter.width(of: $1.text) } }

    /// Cells of whole characters that leave room for the ellipsis.
    private func cutWidth(_ cells: [CellText], _ width: Int) -> Int {
        var used = 0
        for cell in cells {
            if used + cell.width > width - 1 { break }
            used += cell.width
        }
        return used
    }
}

/// Breaks text into lines of at most `width` cells, at spaces where there are any.
func wrapped(_ text: String, width: Int, splitter: CellSplitter) -> [String] {
    guard width > 0 else { return [] }
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
        var line = ""
        var used = 0
        for word in paragraph.split(separator: " ", omittingEmptySubsequences: true) {
            let cells = splitter.cells(of: String(word))
            let needed = cells.reduce(0) { $0 + $1.width }
            if used > 0, used + 1 + needed > width {
                lines.append(line)
                line = ""
                used = 0
            }
            if used > 0 {
                line += " "
                used += 1
            }
            for cell in cells {
                if used + cell.width > width, used > 0 {
                    lines.append(line)
                    line = ""
                    used = 0
                }
                line += cell.text
                used += cell.width
            }
        }
        lines.append(line)
    }
    return lines
}
