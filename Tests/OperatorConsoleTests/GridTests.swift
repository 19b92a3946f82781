import ControlProtocol
import Testing

@testable import OperatorConsole

/// A generator that gives the same numbers for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite struct GridTests {
    /// Each row must be as wide as the grid, and no half of a wide character may stand alone.
    private func expectWhole(_ grid: Grid, _ note: String = "") {
        let splitter = grid.splitter
        for row in 0..<grid.size.rows {
            var column = 0
            while column < grid.size.columns {
                let cell = grid[row, column]
                #expect(cell.width == 1 || cell.width == 2, "row \(row), column \(column) \(note)")
                #expect(splitter.width(of: cell.text) == cell.width, "row \(row), column \(column) \(note)")
                guard cell.width > 0 else { break }
                if cell.width == 2 {
                    guard column + 1 < grid.size.columns else {
                        Issue.record("a wide character is cut by the edge in row \(row) \(note)")
                        break
                    }
                    #expect(grid[row, column + 1].width == 0)
                }
                column += cell.width
            }
            #expect(column == grid.size.columns, "row \(row) \(note)")
        }
    }

    static func anyText(_ numbers: inout SeededNumbers) -> String {
        let kinds: [ClosedRange<UInt32>] = [
            0x20...0x7E, 0x0...0x1F, 0x80...0x24F, 0x300...0x36F, 0x3040...0x30FF, 0x4E00...0x9FFF, 0xFF61...0xFF9F,
            0x1F1E6...0x1F1FF, 0x1F300...0x1FAFF, 0x200B...0x202E, 0xAC00...0xD7A3, 0x1100...0x11FF, 0xE000...0xF8FF,
            0xFE00...0xFE0F, 0x0...0x10FFFF,
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...40, using: &numbers) {
            let kind = kinds.randomElement(using: &numbers) ?? 0x20...0x7E
            if let scalar = Unicode.Scalar(UInt32.random(in: kind, using: &numbers)) { text.append(scalar) }
        }
        return String(text)
    }

    @Test(arguments: [Drawing.utf8, .ascii, Drawing(glyphs: .ascii, ambiguousWidth: 2)])
    func rowsKeepTheirWidthWhateverIsWrittenWherever(_ drawing: Drawing) {
        var numbers = SeededNumbers(state: 20_261_125)
        for round in 0..<300 {
            var grid = Grid(
                size: Size(
                    rows: Int.random(in: 0...6, using: &numbers), columns: Int.random(in: 0...40, using: &numbers)),
                drawing: drawing)
            for _ in 0..<12 {
                let text = Self.anyText(&numbers)
                let row = Int.random(in: -2...8, using: &numbers)
                let column = Int.random(in: -5...45, using: &numbers)
                let width = Int.random(in: -3...50, using: &numbers)
                switch Int.random(in: 0...3, using: &numbers) {
                case 0: grid.write(text, row: row, column: column, limit: width)
                case 1: grid.fit(text, row: row, column: column, width: width, align: .right)
                case 2: grid.clear(Area(row: row, column: column, rows: 2, columns: width))
                default: grid.fit(text, row: row, column: column, width: width)
                }
            }
            expectWhole(grid, "round \(round)")
        }
    }

    @Test func everyScreenIsWholeAtEverySize() throws {
        let frame = try TestFiles.frame("queue")
        for rows in [0, 1, 3, 6, 7, 10, 24] {
            for columns in [0, 1, 9, 32, 33, 40, 61, 79, 110, 133] {
                var session = ConsoleSession(.queue, size: Size(rows: rows, columns: columns))
                session.deliver(frame)
                session.press(.down, .character("D"))
                session.answerPreview(affected: 500)
                let grid = render(session.state, session.state.size)
                #expect(grid.size == Size(rows: rows, columns: columns))
                expectWhole(grid, "\(columns)x\(rows)")
            }
        }
    }

    @Test func hostileNamesInEveryColumnBreakNothing() {
        var numbers = SeededNumbers(state: 7)
        for round in 0..<40 {
            let size = Size(
                rows: Int.random(in: 6...30, using: &numbers), columns: Int.random(in: 32...140, using: &numbers))
            var session = ConsoleSession(.senders, size: size)
            let rows = (0..<20).map { index in
                var row = ConsoleSession.sender("\(index)" + Self.anyText(&numbers))
                row.name = Self.anyText(&numbers)
                row.plan = Self.anyText(&numbers)
                row.limit = Self.anyText(&numbers)
                row.marks = [Self.anyText(&numbers)]
                row.used = .max
                row.networks = .min
                row.fraction = [.nan, .infinity, -1, 0.5].randomElement(using: &numbers) ?? 0
                row.signedUp = [.max, .min, 0].randomElement(using: &numbers) ?? 0
                return row
            }
            session.deliver(.senders(Page(total: .max, matched: 20, offset: 0, rows: rows)))
            session.press(.down, .character(" "), .character("x"))
            expectWhole(render(session.state, size), "round \(round)")
        }
    }

    @Test func textIsCutBeforeAWideCharacterThatDoesNotFit() {
        var grid = Grid(size: Size(rows: 1, columns: 6), drawing: .utf8)
        grid.fit("佐藤商店", row: 0, column: 0, width: 6)
        #expect(grid.line(0) == "佐藤… ")
    }

    @Test func aFigureThatDoesNotFitIsNotCut() {
        var grid = Grid(size: Size(rows: 1, columns: 4), drawing: .utf8)
        grid.fit("1,204,882", row: 0, column: 0, width: 4, align: .right)
        #expect(grid.line(0) == "####")
    }

    @Test func writingOverHalfAWideCharacterBlanksTheOther() {
        var grid = Grid(size: Size(rows: 1, columns: 4), drawing: .utf8)
        grid.write("佐藤", row: 0, column: 0)
        grid.write("x", row: 0, column: 1)
        #expect(grid.line(0) == " x藤")
    }

    @Test func theSameStateGivesTheSameGrid() throws {
        var session = ConsoleSession()
        session.deliver(try TestFiles.frame("overview"))
        #expect(render(session.state, session.state.size) == render(session.state, session.state.size))
    }

    private func evidence(_ rows: Int) -> [String] {
        let table = Table(
            columns: [Column("", 5), Column("", 12), Column("", 5)],
            rows: [
                TableRow(id: "a", cells: [Run("one"), Run("61 networks in the last hour"), Run("x")]),
                TableRow(id: "b", cells: [Run("two"), Run("short"), Run("y")]),
                TableRow(id: "c", cells: [Run("three"), Run("412 unknown recipients"), Run("z")]),
            ], showsTitles: false, wraps: 1)
        var grid = Grid(size: Size(rows: rows, columns: 30), drawing: .utf8)
        table.draw(&grid, Area(row: 0, column: 0, rows: rows, columns: 30))
        return (0..<rows).map { row in
            String(grid.line(row).reversed().drop { $0 == " " }.reversed())
        }
    }

    @Test func longTextGoesOnBelowOnlyWhereNoRowIsLostForIt() {
        #expect(
            evidence(3) == ["  one    61 networks…  x", "  two    short         y", "  three  412 unknown…  z"])
        #expect(
            evidence(5) == [
                "  one    61 networks   x", "         in the last…", "  two    short         y",
                "  three  412 unknown   z",
                "         recipients",
            ])
    }
}
