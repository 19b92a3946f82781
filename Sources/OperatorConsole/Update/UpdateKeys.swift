import ControlProtocol

extension State {
    mutating func takeKey(_ key: Key) -> [Command] {
        guard !Layout.isTooSmall(size) else { return takeKeyBlindly(key) }
        if prompt != nil { return takePromptKey(key) }
        if overlay != nil { return takeOverlayKey(key) }
        guard let intent = Keymap.intent(of: key) else {
            if case .character(let character) = key { say("\(character) has no meaning here; ? shows the keys") }
            return []
        }
        return perform(intent)
    }

    /// Where nothing can be read, nothing is done but to end.
    private mutating func takeKeyBlindly(_ key: Key) -> [Command] {
        if overlay == .quit, key == .character("y") { return end() }
        overlay = key == .character("q") ? .quit : (overlay == .quit ? nil : overlay)
        return []
    }

    private mutating func perform(_ intent: Intent) -> [Command] {
        switch intent {
        case .view(let view): show(view)
        case .move(let movement):
            let focus = screen.focus
            screen.move(movement, visible: Layout(self).visibleRows(focus), now: now)
        case .nextPanel: focusPanel(by: 1)
        case .previousPanel: focusPanel(by: -1)
        case .open: openSelected()
        case .back: goBack()
        case .filter: openFilter()
        case .sort: openSort()
        case .mark: toggleMark()
        case .freeze: toggleFreeze()
        case .older: lookBack()
        case .newer: lookForward()
        case .copy: return copyCommand()
        case .help: overlay = .help(scroll: 0)
        case .command: prompt = Prompt(purpose: .command, input: InputLine(), before: "")
        case .repaint: return [.repaint]
        case .quit: overlay = .quit
        case .verb(let verb): openDialog(verb)
        }
        return []
    }

    /// One of the views under 1 to 7, or a table that only the command line opens.
    mutating func show(_ view: ViewKind) {
        leaveScreen()
        pages = []
        if roots[view] == nil { roots[view] = Screen(view) }
        rootView = view
    }

    mutating func openPage(_ view: ViewKind, _ subject: String) {
        if let top = pages.last, top.view == view, top.subject == subject { return }
        guard pages.count < Self.maximumPages else {
            say("\(pages.count) pages are open one from the other: Esc goes back", .trouble)
            return
        }
        leaveScreen()
        pages.append(Screen(view, subject: subject))
    }

    private mutating func leaveScreen() {
        screen.heldUntil = nil
        screen.heldIDs = nil
        screen.lookingBackAt = nil
        screen.frozen = nil
        screen.history.shrink(to: 30)
    }

    /// Esc: one step back each time, and never out of the console.
    private mutating func goBack() {
        if !screen.isLive {
            goLive()
        } else if !pages.isEmpty {
            pages.removeLast()
        } else if !screen.filter.isEmpty {
            screen.setFilter("")
        } else if screen.cursor.selected != nil || screen.cursor.pending != nil {
            screen.cursor.selected = nil
            screen.cursor.pending = nil
        } else if !screen.marks.isEmpty {
            screen.marks = []
            say("The marks are taken away")
        } else {
            notice = nil
        }
    }

    private mutating func focusPanel(by step: Int) {
        guard let panels = screen.shown?.content.panels, panels.count > 1 else { return }
        let at = panels.firstIndex(of: screen.focus) ?? 0
        screen.focus = panels[(at + step + panels.count) % panels.count]
    }

    private mutating func openSelected() {
        guard let row = screen.selectedRow else {
            say(screen.cursor.selected == nil ? "No row is selected: move to one first" : "The selected row is gone")
            return
        }
        guard let subject = row.subject else { return }
        open(subject)
    }

    private mutating func open(_ subject: Subject) {
        switch subject {
        case .account(let name), .limit(let name, _): openPage(.account, name)
        case .source(let name): openPage(.source, name)
        case .carrier(let name): openPage(.carrier, name)
        case .message(let id): openPage(.message, id)
        case .domain(let name): openPage(.domain, name)
        case .plan(let name):
            show(.senders)
            screen.setFilter("plan:" + name)
        case .action(let number):
            if let row = screen.shown?.content.action(number), let clock {
                overlay = row.inspected(clock, engineNow ?? row.at)
            }
        case .verdict(let number):
            if let row = screen.shown?.content.verdict(number), let clock {
                overlay = row.inspected(clock, engineNow ?? row.at)
            }
        }
    }

    var clock: SiteClock? { status.map(SiteClock.init) }

    private mutating func toggleMark() {
        guard let row = screen.selectedRow, row.subject != nil else {
            say("No row is selected: move to one first")
            return
        }
        if let index = screen.marks.firstIndex(where: { $0.id == row.id }) {
            screen.marks.remove(at: index)
        } else if screen.marks.count >= Screen.maximumMarks {
            say("\(Screen.maximumMarks) rows are marked; that is the most", .trouble)
            return
        } else {
            screen.marks.append(row)
        }
        screen.move(.down, visible: Layout(self).visibleRows(screen.focus), now: now)
    }

    private mutating func openSort() {
        let columns = ViewQuery.columns(of: screen.view)
        guard !columns.isEmpty else {
            say("\(screen.view.title) has one order only")
            return
        }
        let selected = screen.sort.flatMap(columns.firstIndex(of:)) ?? 0
        overlay = .sort(SortPicker(columns: columns, selected: selected, descending: screen.descending))
    }

    private mutating func openFilter() {
        guard screen.view.isTable else {
            say("\(screen.view.title) has no filter; the tables 2 to 7 have")
            return
        }
        prompt = Prompt(purpose: .filter, input: InputLine(screen.filter), before: screen.filter)
    }

    private mutating func copyCommand() -> [Command] {
        let command = screen.command
        say("Copied: " + command, seconds: 20)
        return [.copy(command)]
    }
}

extension Screen {
    /// Another filter makes another list: it starts at its top, with nothing selected. Marks stay.
    mutating func setFilter(_ text: String) {
        guard filter != text else { return }
        filter = text
        restart()
    }

    mutating func setSort(_ column: String?, descending: Bool) {
        sort = column
        self.descending = descending
        restart()
    }

    private mutating func restart() {
        cursors[.table] = Cursor()
        pageOffset = 0
        heldIDs = nil
        heldUntil = nil
        history = FrameHistory()
        lookingBackAt = nil
        frozen = nil
    }
}
