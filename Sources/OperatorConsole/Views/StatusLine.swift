import ControlProtocol

/// The last line: what is being typed, what was just said, or the keys at hand.
func drawStatusLine(_ grid: inout Grid, _ context: ViewContext) {
    let state = context.state
    let row = grid.size.rows - 1
    if let prompt = state.prompt {
        drawPrompt(&grid, prompt, row)
        return
    }
    if let notice = state.notice {
        drawNotice(&grid, notice, row)
        return
    }
    if let awaited = state.awaited.first {
        let age = Figures.span(milliseconds: state.now - awaited.since)
        grid.fit(
            " \(awaited.what): sent, no answer for \(age)", row: row, column: 0, width: grid.size.columns,
            style: .warning)
        return
    }
    var pieces: [LinePiece] = []
    for verb in Verb.allCases {
        guard case .applies(let draft, _, _) = state.applicability(of: verb) else { continue }
        let text = verb == .suspend || verb == .block || verb == .whitelist ? draft.verb.lowercased() : verb.rawValue
        pieces.append(
            LinePiece([Run(String(verb.key), .title), Run(" " + text)], importance: verb == .undo ? 4 : 5))
    }
    if context.screen.isLive {
        pieces.append(LinePiece([Run("p", .title), Run(" freeze")], importance: 1, isRight: true))
        pieces.append(LinePiece([Run("[", .title), Run(" look back")], importance: 2, isRight: true))
    } else {
        pieces.append(LinePiece([Run("[ ]", .title), Run(" step")], importance: 7, isRight: true))
        pieces.append(LinePiece([Run("Esc", .title), Run(" live")], importance: 8, isRight: true))
    }
    if context.screen.view.isTable {
        pieces.append(LinePiece([Run("/", .title), Run(" filter")], importance: 3, isRight: true))
        pieces.append(LinePiece([Run("s", .title), Run(" sort")], importance: 3, isRight: true))
    } else if (context.screen.shown?.content.panels.count ?? 0) > 1 {
        pieces.append(LinePiece([Run("Tab", .title), Run(" panel")], importance: 3, isRight: true))
    }
    pieces.append(LinePiece([Run("Enter", .title), Run(" open")], importance: 3, isRight: true))
    grid.write(pieces: pieces, row: row, gap: 2)
}

private func drawNotice(_ grid: inout Grid, _ notice: Notice, _ row: Int) {
    let (sign, style): (String, Style) =
        switch notice.kind {
        case .note: ("", .bold)
        case .done: ("done ", Style(tone: .good, bold: true))
        case .trouble: ("! ", .alarm)
        }
    grid.fit(" " + sign + notice.text, row: row, column: 0, width: grid.size.columns, style: style)
}

private func drawPrompt(_ grid: inout Grid, _ prompt: Prompt, _ row: Int) {
    let sign = prompt.purpose == .filter ? "/" : ":"
    let hint = prompt.trouble ?? (prompt.purpose == .filter ? filterHint : TypedCommand.hint(prompt.input.text))
    grid.write(sign, row: row, column: 0, limit: 1, style: .title)
    let hintWidth = min(grid.splitter.width(of: hint), grid.size.columns / 2)
    let room = max(10, grid.size.columns - 3 - (hintWidth > 0 ? hintWidth + 2 : 0))
    let field = FieldText(prompt.input, width: room, splitter: grid.splitter)
    grid.write(field.text, row: row, column: 1, limit: room)
    grid.cursor = (row, min(grid.size.columns - 1, 1 + field.cursor))
    let column = 1 + room + 1
    grid.fit(
        hint, row: row, column: column, width: max(0, grid.size.columns - column - 1),
        style: prompt.trouble == nil ? .quiet : .alarm)
}

private let filterHint = "words, column:text, column>number   Enter keep  Esc as before"

/// The part of an input line that is visible around its cursor.
struct FieldText {
    var text: String
    /// Cells from the start of the text to the cursor.
    var cursor: Int

    init(_ line: InputLine, width: Int, splitter: CellSplitter) {
        let before = splitter.cells(of: String(line.characters.prefix(line.position)))
        let after = splitter.cells(of: String(line.characters.dropFirst(line.position)))
        var shown = before[...]
        var used = before.reduce(0) { $0 + $1.width }
        while used > max(0, width - 1), let first = shown.first {
            used -= first.width
            shown = shown.dropFirst()
        }
        cursor = used
        var rest: [CellText] = []
        for cell in after {
            if used + cell.width > width { break }
            used += cell.width
            rest.append(cell)
        }
        text = (shown + rest).map(\.text).joined()
    }
}
