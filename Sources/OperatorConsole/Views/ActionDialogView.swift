import ControlProtocol

/// The dialog of an action: what it will hit, what it needs, and what the engine said.
struct ActionDialogView {
    let context: ViewContext
    let dialog: ActionDialog

    private static let label = 12

    func draw(_ grid: inout Grid) {
        let width = min(grid.size.columns >= 110 ? 92 : 76, grid.size.columns - 2)
        let inner = Box.innerWidth(grid, wanted: width)
        var content = DialogLines(inner: inner, splitter: grid.splitter)
        switch dialog.phase {
        case .answered(let lines):
            for line in lines { content.text(line, .plain) }
            content.lines.append([])
            content.lines.append([Run("Enter", .title), Run(" close    "), Run("u", .title), Run(" undo, when closed")])
        case .editing, .sent:
            addTargets(&content)
            addPreview(&content)
            content.lines.append([])
            addFields(&content)
            addCommands(&content)
            addTrouble(&content)
            addButtons(&content)
        }
        Box(
            title: dialog.title, lines: content.lines, keepVisible: content.focused, width: width,
            cursor: content.cursor,
            tone: dialog.draft.isFinal ? .alarm : .plain
        ).draw(&grid)
    }

    private func addTargets(_ content: inout DialogLines) {
        let targets = dialog.draft.targets
        guard targets.count > 1 else { return }
        let shown =
            targets.prefix(6).joined(separator: ", ") + (targets.count > 6 ? " and \(targets.count - 6) more" : "")
        content.labelled("Targets", shown, .plain)
    }

    private func addPreview(_ content: inout DialogLines) {
        switch dialog.looking {
        case .asking: content.text("Asking the engine what this will hit…", .quiet)
        case .failed(let why): content.text(why, .alarm)
        case .ready(let previews):
            if previews.count == 1, let preview = previews.first {
                for fact in preview.facts.prefix(20) { content.labelled(fact.label, fact.text, .plain) }
            } else {
                content.labelled("Affected", Figures.count(dialog.affected), .bold)
            }
            var seen: Set<String> = []
            for warning in previews.flatMap(\.warnings).prefix(20) where seen.insert(warning).inserted {
                content.text("! " + warning, .warning)
            }
            if dialog.draft.isFinal, seen.isEmpty { content.text("! Deleted messages cannot be brought back.", .alarm) }
            let role = dialog.requiredRole
            let mayNot = context.state.highestRole < role
            content.labelled(
                "Needs role", role.rawValue + (mayNot ? "; yours is \(context.state.highestRole.rawValue)" : ""),
                mayNot ? .alarm : .quiet)
        }
    }

    private func addFields(_ content: inout DialogLines) {
        for field in dialog.fields {
            switch field {
            case .value: content.field(dialog.valueLabel ?? "", dialog.value, hasFocus: dialog.focus == .value)
            case .duration:
                content.field("For", dialog.duration, hasFocus: dialog.focus == .duration, note: until)
            case .reason: content.field("Reason", dialog.reason, hasFocus: dialog.focus == .reason)
            case .confirmation:
                content.text(
                    "This reaches \(Figures.count(dialog.affected)). Type \(dialog.affected) or \(dialog.draft.verb.lowercased()):",
                    .warning)
                content.field("Confirm", dialog.confirmation, hasFocus: dialog.focus == .confirmation)
            case .mode:
                content.choice(
                    "New mail", SuspensionMode.allNames,
                    SuspensionMode.allNames.firstIndex(of: dialog.mode.rawValue) ?? 0,
                    hasFocus: dialog.focus == .mode)
            case .queued:
                content.choice(
                    "Queued mail", QueuedMail.allCases.map(\.rawValue),
                    QueuedMail.allCases.firstIndex(of: dialog.queued) ?? 0, hasFocus: dialog.focus == .queued)
            case .cancel, .perform: break
            }
        }
    }

    /// When the override would run out.
    private var until: String {
        guard let lasting = Lasting(dialog.duration.text) else { return "30m, 24h, 7d or none" }
        guard let seconds = lasting.seconds else { return "until undone" }
        guard let now = context.state.engineNow, let status = context.state.status else { return "" }
        let clock = SiteClock(status)
        return "until \(clock.dayAndMinute(now + Int64(seconds) * 1000, now: now)) \(clock.abbreviation)"
    }

    private func addCommands(_ content: inout DialogLines) {
        let commands = dialog.commands
        guard let first = commands.first else { return }
        content.labelled("Same as", first, .quiet)
        if commands.count > 1 { content.labelled("", "and \(commands.count - 1) more; y copies all", .quiet) }
    }

    private func addTrouble(_ content: inout DialogLines) {
        guard let trouble = dialog.trouble else { return }
        content.lines.append([])
        content.text(trouble, .alarm)
        // What is wrong must be seen even where the dialog is taller than the screen.
        content.focused = max(content.focused, content.lines.count - 1)
    }

    private func addButtons(_ content: inout DialogLines) {
        content.lines.append([])
        if case .sent(_, let since) = dialog.phase {
            let age = Figures.span(milliseconds: context.state.now - since)
            content.text("Sent; waiting for the engine's answer: \(age). Esc leaves it to the last line.", .warning)
            content.focused = content.lines.count - 1
            return
        }
        let isDangerous = dialog.draft.isFinal || dialog.affected > ActionDialog.freeReach
        let act = Style(tone: isDangerous ? .alarm : .accent, bold: true)
        let cancel = dialog.focus == .cancel ? Style.bold.reversed() : .plain
        let perform = dialog.focus == .perform ? act.reversed() : act
        let right = [Run("[ Cancel ]", cancel), Run("   "), Run("[ \(dialog.draft.verb) ]", perform)]
        let left = [Run("y", .title), Run(" copy  "), Run("Tab", .title), Run(" next")]
        let used = content.width(left) + content.width(right)
        let hints = used < content.inner ? left : []
        let lead = max(0, content.inner - content.width(hints) - content.width(right))
        content.lines.append(hints + [Run(String(repeating: " ", count: lead))] + right)
        if dialog.focus == .cancel || dialog.focus == .perform { content.focused = content.lines.count - 1 }
    }
}

extension SuspensionMode {
    fileprivate static let allNames = [SuspensionMode.refuse.rawValue, SuspensionMode.hold.rawValue]
}

/// Lines of a dialog as they are put together.
private struct DialogLines {
    let inner: Int
    let splitter: CellSplitter
    var lines: [[Run]] = []
    var focused = 0
    var cursor: (line: Int, column: Int)?

    private static let label = 12

    init(inner: Int, splitter: CellSplitter) {
        self.inner = inner
        self.splitter = splitter
    }

    func width(_ runs: [Run]) -> Int { runs.reduce(0) { $0 + splitter.width(of: $1.text) } }

    mutating func text(_ text: String, _ style: Style) {
        for line in wrapped(text, width: inner, splitter: splitter) { lines.append([Run(line, style)]) }
    }

    mutating func labelled(_ label: String, _ text: String, _ style: Style) {
        for (index, line) in wrapped(text, width: max(8, inner - Self.label), splitter: splitter).enumerated() {
            lines.append([Run(named(index == 0 ? label : ""), .quiet), Run(line, style)])
        }
    }

    mutating func field(_ label: String, _ input: InputLine, hasFocus: Bool, note: String = "") {
        let noteWidth = note.isEmpty ? 0 : splitter.width(of: note) + 2
        let narrow = note.isEmpty ? inner - Self.label : min(12, inner - Self.label)
        let field = FieldText(input, width: max(4, narrow), splitter: splitter)
        let padding = String(repeating: " ", count: max(0, narrow - splitter.width(of: field.text)))
        var line = [Run(named(label), hasFocus ? .title : .quiet)]
        line.append(Run(field.text + padding, Style(bold: hasFocus, underline: true)))
        if noteWidth > 0, Self.label + narrow + noteWidth <= inner { line += [Run("  "), Run(note, .quiet)] }
        if hasFocus {
            focused = lines.count
            cursor = (lines.count, Self.label + field.cursor)
        }
        lines.append(line)
    }

    mutating func choice(_ label: String, _ names: [String], _ chosen: Int, hasFocus: Bool) {
        var line = [Run(named(label), hasFocus ? .title : .quiet)]
        let all = names.reduce(Self.label) { $0 + $1.count + 6 }
        for (index, name) in names.enumerated() where all <= inner || index == chosen {
            let isChosen = index == chosen
            let style = isChosen ? (hasFocus ? Style.bold.reversed() : .bold) : .quiet
            line += [Run(isChosen ? "(*) \(name)" : "( ) \(name)", style), Run("  ")]
        }
        if hasFocus {
            line.append(Run("Space changes", .quiet))
            focused = lines.count
        }
        lines.append(line)
    }

    private func named(_ label: String) -> String {
        let width = splitter.width(of: label)
        return label + String(repeating: " ", count: max(1, Self.label - width))
    }
}
