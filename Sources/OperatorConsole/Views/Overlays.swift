import ControlProtocol

func drawOverlay(_ grid: inout Grid, _ context: ViewContext) {
    switch context.state.overlay {
    case nil: break
    case .help(let scroll): HelpView(context: context, scroll: scroll).draw(&grid)
    case .action(let dialog): ActionDialogView(context: context, dialog: dialog).draw(&grid)
    case .sort(let picker): drawSort(&grid, picker)
    case .inspect(let title, let fields, let scroll): drawInspection(&grid, title, fields, scroll)
    case .quit:
        Box(
            title: "Quit?",
            lines: [
                [Run("Leave the console? The engine goes on.")], [],
                [Run("y", .title), Run(" quit      any other key: stay")],
            ], width: 46
        ).draw(&grid)
    }
}

private func drawSort(_ grid: inout Grid, _ picker: SortPicker) {
    let glyphs = grid.drawing.glyphs
    var lines: [[Run]] = picker.columns.enumerated().map { index, column in
        let isSelected = index == picker.selected
        let arrow = isSelected ? String(picker.descending ? glyphs.descending : glyphs.ascending) : " "
        let style = isSelected ? Style.bold.reversed() : .plain
        return [Run(" \(isSelected ? String(glyphs.selected) : " ") \(column)", style), Run(" " + arrow, .accent)]
    }
    lines += [[], [Run("Enter", .title), Run(" sort  "), Run("r", .title), Run(" turn round  "), Run("Esc", .title)]]
    Box(title: "Sort by", lines: lines, keepVisible: picker.selected, width: 38).draw(&grid)
}

private func drawInspection(_ grid: inout Grid, _ title: String, _ fields: [InspectedField], _ scroll: Int) {
    let width = min(100, grid.size.columns - 2)
    let inner = Box.innerWidth(grid, wanted: width)
    let label = 11
    var lines: [[Run]] = []
    for field in fields {
        for (index, text) in wrapped(field.text, width: max(8, inner - label), splitter: grid.splitter).enumerated() {
            let name = index == 0 ? field.label : ""
            lines.append([Run(name + String(repeating: " ", count: max(1, label - name.count)), .quiet), Run(text)])
        }
    }
    let most = max(0, lines.count - max(1, grid.size.rows - 2))
    Box(title: title, lines: Array(lines.dropFirst(min(scroll, most))), width: width).draw(&grid)
}
