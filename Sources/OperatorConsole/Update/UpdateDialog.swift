import ControlProtocol

extension State {
    /// Opens the dialog of a verb for what is selected now; its targets stay what they are at this moment.
    mutating func openDialog(_ verb: Verb) {
        switch applicability(of: verb) {
        case .doesNot(let reason): say("\(verb.key) \(verb.rawValue): \(reason)", .trouble)
        case .applies(let draft, let value, let fromMarks):
            var dialog = ActionDialog(draft, value: value)
            dialog.fromMarks = fromMarks
            open(dialog)
        }
    }

    mutating func open(_ dialog: ActionDialog) {
        var dialog = dialog
        dialog.looking = .asking
        if dialog.value.isEmpty { dialog.valueQuery = dialog.draft.valueQuery }
        if dialog.valueQuery == nil { dialog.previewDue = now }
        overlay = .action(dialog)
    }

    /// Asks for the value in force, where the rows do not tell it: the dialog of a limit or a rate begins with it.
    mutating func lookUpIfDue() -> [Command] {
        guard case .action(var dialog) = overlay, let query = dialog.valueQuery else { return [] }
        let ticket = takeTicket()
        dialog.valueQuery = nil
        dialog.valueTicket = ticket
        overlay = .action(dialog)
        return [.lookUp(ticket: ticket, query)]
    }

    /// Fills the field, unless the operator was faster; without an answer the operator writes it all.
    mutating func takeValueInForce(_ ticket: Int, _ result: Result<ViewContent, ControlError>) {
        guard case .action(var dialog) = overlay, dialog.valueTicket == ticket else { return }
        dialog.valueTicket = nil
        if dialog.phase == .editing, dialog.value.isEmpty, case .success(let content) = result,
            let value = dialog.draft.valueInForce(content)
        {
            dialog.value.set(value)
        }
        dialog.previewDue = dialog.previewDue ?? now
        overlay = .action(dialog)
    }

    /// Asks the engine what the dialog's action will hit, once the operator has stopped typing.
    mutating func previewIfDue() -> [Command] {
        guard case .action(var dialog) = overlay, let due = dialog.previewDue, now >= due else { return [] }
        dialog.previewDue = nil
        defer { overlay = .action(dialog) }
        do {
            let actions = try dialog.actions()
            dialog.previewTicket = takeTicket()
            dialog.looking = .asking
            return [.preview(ticket: dialog.previewTicket, actions)]
        } catch {
            dialog.looking = .failed(error.message)
            dialog.previewTicket = 0
            return []
        }
    }

    mutating func takePreviews(_ ticket: Int, _ result: Result<[Preview], ControlError>) {
        guard case .action(var dialog) = overlay, dialog.previewTicket == ticket else { return }
        switch result {
        case .success(let previews): dialog.looking = .ready(previews)
        case .failure(let error): dialog.looking = .failed(error.message)
        }
        if !dialog.fields.contains(dialog.focus) { dialog.focus = .cancel }
        overlay = .action(dialog)
    }

    mutating func takeDialogKey(_ key: Key, _ dialog: ActionDialog) -> [Command] {
        var dialog = dialog
        switch dialog.phase {
        case .answered:
            if [.enter, .escape, .character("q"), .character(" ")].contains(key) { overlay = nil }
            return []
        case .sent(let ticket, let since):
            // It cannot be called back; the answer will be told at the bottom.
            if key == .escape {
                overlay = nil
                if dialog.fromMarks { screen.marks = [] }
                awaited.append(
                    Awaited(
                        ticket: ticket, what: dialog.title, actions: (try? dialog.actions()) ?? [], since: since))
            }
            return []
        case .editing: break
        }
        switch key {
        case .escape: overlay = nil
        case .enter: return press(dialog)
        default:
            let commands = dialog.take(key, now: now)
            overlay = .action(dialog)
            for case .copy(let text) in commands { say("Copied: " + text, seconds: 20) }
            return commands
        }
        return []
    }

    private mutating func press(_ pressed: ActionDialog) -> [Command] {
        var dialog = pressed
        switch dialog.focus {
        case .cancel:
            overlay = nil
            return []
        case .perform: return send(dialog)
        default:
            dialog.moveFocus(by: 1)
            overlay = .action(dialog)
            return []
        }
    }

    private mutating func send(_ checked: ActionDialog) -> [Command] {
        var dialog = checked
        do throws(DraftError) {
            guard dialog.previewDue == nil else {
                throw DraftError(message: "The engine is being asked again what this will hit.")
            }
            let orders = try dialog.orders(highestRole: highestRole)
            let ticket = takeTicket()
            dialog.phase = .sent(ticket: ticket, since: now)
            dialog.trouble = nil
            overlay = .action(dialog)
            return [.perform(ticket: ticket, orders)]
        } catch {
            dialog.trouble = error.message
            dialog.focusWhatIsMissing()
            overlay = .action(dialog)
            return []
        }
    }
}

extension ActionDialog {
    /// What a key does inside of the dialog, apart from Enter and Esc.
    mutating func take(_ key: Key, now: Milliseconds) -> [Command] {
        switch key {
        case .tab, .down: moveFocus(by: 1)
        case .backTab, .up: moveFocus(by: -1)
        default: return takeInField(key, now: now)
        }
        return []
    }

    private mutating func takeInField(_ key: Key, now: Milliseconds) -> [Command] {
        switch focus {
        case .reason: edit(\.reason, key)
        case .duration: edit(\.duration, key)
        case .confirmation: edit(\.confirmation, key)
        case .value:
            let before = value.text
            edit(\.value, key)
            if value.text != before { previewDue = now + Self.previewDelay }
        case .mode:
            if isChoice(key) {
                mode = mode == .refuse ? .hold : .refuse
                previewDue = now
            }
        case .queued:
            if let next = chosen(key) {
                queued = next
                previewDue = now
            }
        case .cancel, .perform:
            if key == .character("y"), !commands.isEmpty { return [.copy(commands.joined(separator: "\n"))] }
            if key == .left || key == .right { moveFocus(by: key == .left ? -1 : 1) }
            // Whoever begins to write without a look at where the focus is writes the reason, and Enter then does not
            // mean Cancel.
            if case .character(let character) = key, character != "y", character != " ", reason.isEmpty {
                focus = .reason
                edit(\.reason, key)
            }
        }
        return []
    }

    private mutating func edit(_ field: WritableKeyPath<ActionDialog, InputLine>, _ key: Key) {
        if self[keyPath: field].handle(key) { trouble = nil }
    }

    private func isChoice(_ key: Key) -> Bool { [.character(" "), .left, .right].contains(key) }

    private func chosen(_ key: Key) -> QueuedMail? {
        let all = QueuedMail.allCases
        if case .character(let character) = key, let named = all.first(where: { $0.rawValue.first == character }) {
            return named
        }
        guard isChoice(key), let at = all.firstIndex(of: queued) else { return nil }
        return all[(at + (key == .left ? all.count - 1 : 1)) % all.count]
    }

    mutating func moveFocus(by step: Int) {
        let fields = fields
        let at = fields.firstIndex(of: focus) ?? 0
        focus = fields[(at + step + fields.count) % fields.count]
    }

    /// Pasted text goes into the field that has the focus; false where that takes none.
    mutating func paste(_ text: String, now: Milliseconds) -> Bool {
        guard phase == .editing else { return false }
        switch focus {
        case .cancel, .perform:
            guard reason.isEmpty else { return false }
            focus = .reason
            reason.insert(text)
        case .reason: reason.insert(text)
        case .duration: duration.insert(text)
        case .value:
            value.insert(text)
            previewDue = now + Self.previewDelay
        // What is typed to confirm is meant to be typed.
        case .confirmation, .mode, .queued: return false
        }
        return true
    }

    mutating func focusWhatIsMissing() {
        if (try? actions()) == nil, valueLabel != nil {
            focus = .value
        } else if !reason.text.contains(where: { $0 != " " }) {
            focus = .reason
        } else if draft.canExpire, Lasting(duration.text) == nil {
            focus = .duration
        } else if needsConfirmation, !isConfirmed {
            focus = .confirmation
        }
    }
}
