import ControlProtocol

extension State {
    mutating func takeReceipts(_ ticket: Int, _ results: [Result<Receipt, ControlError>]) {
        var what: String?
        var actions: [OperatorAction] = []
        var open: ActionDialog?
        if case .action(let dialog) = overlay, case .sent(ticket, _) = dialog.phase {
            what = dialog.title
            actions = (try? dialog.actions()) ?? []
            open = dialog
        } else if let index = awaited.firstIndex(where: { $0.ticket == ticket }) {
            let answered = awaited.remove(at: index)
            what = answered.what
            actions = answered.actions
        }
        guard let what else { return }
        let receipts = results.compactMap { try? $0.get() }
        let errors = results.compactMap { if case .failure(let error) = $0 { error.message } else { nil } }
        let notDone = receipts.flatMap(\.notDone)
        if !receipts.isEmpty {
            lastDone = Self.undoable(actions, results)
            if open?.fromMarks ?? false { screen.marks = [] }
        }
        if receipts.isEmpty {
            refuse(open, what, errors)
        } else if errors.isEmpty, notDone.isEmpty {
            if open != nil { overlay = nil }
            say(told(receipts), .done, seconds: 30)
        } else {
            answerInPart(open, receipts, errors + notDone)
        }
    }

    /// Audit numbers of what was done and can be turned back: all but deletions.
    private static func undoable(_ actions: [OperatorAction], _ results: [Result<Receipt, ControlError>]) -> [Int64] {
        zip(actions, results).compactMap { action, result -> Int64? in
            if case .queue(.delete, _) = action { return nil }
            return try? result.get().number
        }
    }

    private func told(_ receipts: [Receipt]) -> String {
        let numbers = receipts.map { "#\($0.number)" }
        let undo = lastDone.isEmpty ? "" : "   u undo"
        guard receipts.count > 1, let first = numbers.first, let last = numbers.last else {
            return "\(numbers.first ?? "") \(receipts.first?.summary ?? "")\(undo)"
        }
        let affected = receipts.reduce(0) { $0.plus($1.affected) }
        return "\(first)–\(last) done: \(receipts.count) actions, \(Figures.count(affected)) changed\(undo)"
    }

    /// Nothing was done: the dialog stays open with what was written in it, and the engine's words in full.
    private mutating func refuse(_ open: ActionDialog?, _ what: String, _ errors: [String]) {
        let words = errors.isEmpty ? "the engine gave no answer" : errors.joined(separator: "\n")
        guard var dialog = open else {
            say("\(what): not done: \(words)", .trouble, seconds: 60)
            return
        }
        dialog.phase = .editing
        dialog.trouble = words
        overlay = .action(dialog)
    }

    private mutating func answerInPart(_ open: ActionDialog?, _ receipts: [Receipt], _ trouble: [String]) {
        let done = told(receipts)
        say(done, .done, seconds: 60)
        let shown = Array(trouble.prefix(50)) + (trouble.count > 50 ? ["and \(trouble.count - 50) more"] : [])
        guard var dialog = open else {
            say(done + "   but not: " + shown.joined(separator: "; "), .trouble, seconds: 60)
            return
        }
        dialog.phase = .answered(["Done in part. " + done, "Not done:"] + shown)
        overlay = .action(dialog)
    }

    mutating func takeReload(_ result: Result<Receipt, ControlError>) {
        switch result {
        case .success(let receipt): say("#\(receipt.number) \(receipt.summary)", .note, seconds: 20)
        case .failure(let error): say("Not reloaded: " + error.message, .trouble, seconds: 60)
        }
    }
}
