import ControlProtocol

extension State {
    mutating func takeOverlayKey(_ key: Key) -> [Command] {
        guard let overlay else { return [] }
        switch overlay {
        case .help(let scroll): takeHelpKey(key, scroll)
        case .inspect(let title, let fields, let scroll):
            guard let next = Self.scrolled(scroll, by: key) else {
                self.overlay = nil
                return []
            }
            self.overlay = .inspect(title: title, fields: fields, scroll: next)
        case .sort(let picker): takeSortKey(key, picker)
        case .quit:
            if key == .character("y") || key == .character("Y") { return end() }
            self.overlay = nil
        case .action(let dialog): return takeDialogKey(key, dialog)
        }
        return []
    }

    private mutating func takeHelpKey(_ key: Key, _ scroll: Int) {
        if let next = Self.scrolled(scroll, by: key) { overlay = .help(scroll: next) } else { overlay = nil }
    }

    /// The scroll after a key that scrolls; `nil` for any other, which closes.
    private static func scrolled(_ scroll: Int, by key: Key) -> Int? {
        switch key {
        case .down, .character("j"): min(scroll + 1, 1_000)
        case .up, .character("k"): max(0, scroll - 1)
        case .pageDown, .character(" "): min(scroll + 10, 1_000)
        case .pageUp: max(0, scroll - 10)
        default: nil
        }
    }

    private mutating func takeSortKey(_ key: Key, _ picker: SortPicker) {
        var picker = picker
        switch key {
        case .down, .character("j"), .tab: picker.selected = (picker.selected + 1) % picker.columns.count
        case .up, .character("k"), .backTab:
            picker.selected = (picker.selected + picker.columns.count - 1) % picker.columns.count
        case .character("r"), .left, .right, .character(" "): picker.descending.toggle()
        case .enter, .character("s"):
            screen.setSort(picker.columns[picker.selected], descending: picker.descending)
            overlay = nil
            return
        case .escape, .character("q"):
            overlay = nil
            return
        default: return
        }
        overlay = .sort(picker)
    }

    mutating func takePaste(_ text: String) {
        if prompt != nil {
            prompt?.input.insert(text)
            applyFilterAsTyped()
        } else if case .action(var dialog) = overlay {
            guard dialog.paste(text, now: now) else { return }
            overlay = .action(dialog)
        } else {
            say("Pasted text was thrown away: there is no field for it")
        }
    }
}
