/// Rows in columns that line up by cells, two spaces apart. Cells are made ``visible(_:)``.
struct TextTable {
    enum Column {
        case left(String)
        case right(String)

        var title: String {
            switch self {
            case .left(let title), .right(let title): title
            }
        }
    }

    var columns: [Column]
    var rows: [[String]]

    /// Without a line feed at the end; without a line of titles where no column has one.
    var text: String {
        let titles = columns.map(\.title)
        let shown = rows.map { $0.map(visible) }
        let lines = titles.allSatisfy(\.isEmpty) ? shown : [titles] + shown
        let widths = columns.indices.map { column in lines.map { $0[column].cellWidth }.max() ?? 0 }
        return lines.map { line(of: $0, widths) }.joined(separator: "\n")
    }

    private func line(of cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (index, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: max(0, widths[index] - cell.cellWidth))
            switch columns[index] {
            case .left: text += cell + padding
            case .right: text += padding + cell
            }
            text += "  "
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}
