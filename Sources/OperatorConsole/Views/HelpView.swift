import ControlProtocol

/// All keys, those of verbs greyed with the reason where they do not apply here.
struct HelpView {
    let context: ViewContext
    var scroll: Int

    func draw(_ grid: inout Grid) {
        let width = min(110, grid.size.columns - 2)
        let inner = Box.innerWidth(grid, wanted: width)
        var lines = verbs(inner, grid.splitter)
        lines.append([])
        lines += inner >= 70 ? sideBySide(inner / 2) : (Keymap.navigation + Keymap.looking).map { line($0, inner) }
        lines.append([])
        lines.append([
            Run("1-7", .title), Run("  " + State.views.map(\.title).joined(separator: ", ")),
            Run("   also :plans, :why, :account …", .quiet),
        ])
        lines.append([Run(" h and l do not move here: l sets a limit, H holds mail", .quiet)])
        let most = max(0, lines.count - max(1, grid.size.rows - 2))
        Box(
            title: "Keys, the same in every view", lines: Array(lines.dropFirst(min(scroll, most))), width: width
        ).draw(&grid)
    }

    private func verbs(_ width: Int, _ splitter: CellSplitter) -> [[Run]] {
        Verb.allCases.flatMap { verb -> [[Run]] in
            let answer = context.state.applicability(of: verb)
            let name = verb.rawValue + String(repeating: " ", count: max(1, 11 - verb.rawValue.count))
            switch answer {
            case .applies(let draft, _, _):
                let target = draft.targets.count == 1 ? draft.targets[0] : "\(draft.targets.count) marked"
                return [
                    [
                        Run(" \(verb.key)  ", .title), Run(name, .bold), Run(verb.explanation),
                        Run(": " + target, .accent),
                    ]
                ]
            case .doesNot(let reason):
                let texts = wrapped(reason, width: max(10, width - 15), splitter: splitter)
                return texts.enumerated().map { index, text in
                    let lead = index == 0 ? " \(verb.key)  \(name)" : String(repeating: " ", count: 15)
                    return [Run(lead + text, .quiet)]
                }
            }
        }
    }

    private func sideBySide(_ half: Int) -> [[Run]] {
        let left = Keymap.navigation
        let right = Keymap.looking
        return (0..<max(left.count, right.count)).map { index in
            var runs =
                left.indices.contains(index) ? line(left[index], half) : [Run(String(repeating: " ", count: half))]
            if right.indices.contains(index) { runs += line(right[index], half) }
            return runs
        }
    }

    private func line(_ binding: Binding, _ width: Int) -> [Run] {
        let label = context.state.drawing.glyphs == .ascii ? binding.asciiLabel : binding.label
        let text = binding.explanation
        let used = 10 + text.count
        return [
            Run(" " + label + String(repeating: " ", count: max(1, 9 - label.count)), .title), Run(text),
            Run(String(repeating: " ", count: max(0, width - used))),
        ]
    }
}

extension Binding {
    /// The label where arrows are not to be drawn.
    var asciiLabel: String {
        let names: [Character: String] = ["↓": "Down", "↑": "Up", "→": "Right", "←": "Left", "⇧": "S-"]
        return label.map { names[$0] ?? String($0) }.joined()
    }
}
