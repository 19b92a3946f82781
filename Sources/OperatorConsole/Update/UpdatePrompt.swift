import ControlProtocol

extension State {
    mutating func takePromptKey(_ key: Key) -> [Command] {
        guard var prompt else { return [] }
        switch key {
        case .escape, .control("c"):
            if prompt.purpose == .filter { screen.setFilter(prompt.before) }
            self.prompt = nil
            return []
        case .enter: return finish(prompt)
        case .tab where prompt.purpose == .command:
            prompt.input.set(TypedCommand.completed(prompt.input.text))
        case .up where prompt.purpose == .command: recall(&prompt, by: -1)
        case .down where prompt.purpose == .command: recall(&prompt, by: 1)
        case .backspace where prompt.input.isEmpty:
            if prompt.purpose == .filter { screen.setFilter("") }
            self.prompt = nil
            return []
        default: _ = prompt.input.handle(key)
        }
        prompt.trouble = nil
        self.prompt = prompt
        applyFilterAsTyped()
        return []
    }

    /// The rows follow the filter while it is typed; a half-typed `column>` waits for its figure.
    mutating func applyFilterAsTyped() {
        guard let prompt, prompt.purpose == .filter else { return }
        let text = prompt.input.text
        if let last = text.last, ":<>=".contains(last) { return }
        if screen.filter != text { self.prompt?.quietUntil = now + Prompt.typingMilliseconds }
        screen.setFilter(text)
    }

    private mutating func finish(_ prompt: Prompt) -> [Command] {
        switch prompt.purpose {
        case .filter:
            screen.setFilter(prompt.input.text)
            self.prompt = nil
            return []
        case .command:
            let text = prompt.input.text
            guard text.contains(where: { $0 != " " }) else {
                self.prompt = nil
                return []
            }
            do {
                let request = try TypedCommand.parse(text)
                self.prompt = nil
                remember(text)
                return follow(request)
            } catch {
                self.prompt?.trouble = error.message
                return []
            }
        }
    }

    private mutating func remember(_ text: String) {
        commandHistory.removeAll { $0 == text }
        commandHistory.append(text)
        if commandHistory.count > 50 { commandHistory.removeFirst() }
    }

    private func recall(_ prompt: inout Prompt, by step: Int) {
        guard !commandHistory.isEmpty else { return }
        let index = (prompt.historyIndex ?? commandHistory.count) + step
        guard commandHistory.indices.contains(index) else {
            if index >= commandHistory.count {
                prompt.historyIndex = nil
                prompt.input.set("")
            }
            return
        }
        prompt.historyIndex = index
        prompt.input.set(commandHistory[index])
    }

    private mutating func follow(_ request: TypedCommand.Request) -> [Command] {
        switch request {
        case .view(let view): show(view)
        case .page(let view, let subject): openPage(view, subject)
        case .action(let dialog): open(dialog)
        case .filter(let text):
            guard screen.view.isTable else {
                say("\(screen.view.title) has no filter", .trouble)
                return []
            }
            screen.setFilter(text)
        case .sort(let column, let descending):
            let columns = ViewQuery.columns(of: screen.view)
            guard columns.contains(column) else {
                say("No column \(column) here; there are: " + columns.joined(separator: ", "), .trouble)
                return []
            }
            screen.setSort(column, descending: descending)
        case .help: overlay = .help(scroll: 0)
        case .reload:
            say("Asked the engine to read its configuration again")
            return [.reload]
        case .quit: overlay = .quit
        }
        return []
    }
}
