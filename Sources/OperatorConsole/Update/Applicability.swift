import ControlProtocol

/// Whether a verb applies to what is selected, and if not, why.
enum Applicability: Equatable, Sendable {
    /// `value` is what the dialog's field holds at first.
    case applies(ActionDraft, value: String, fromMarks: Bool)
    case doesNot(String)

    var reason: String? {
        if case .doesNot(let reason) = self { reason } else { nil }
    }
}

extension State {
    /// Orders that one dialog sends, one for each marked account, source or carrier.
    static let maximumOrders = 200

    func applicability(of verb: Verb) -> Applicability {
        let screen = screen
        if verb == .undo { return undoable(screen) }
        if let status, highestRole < verb.role {
            return .doesNot("needs the role \(verb.role.rawValue); \(status.actor) is \(highestRole.rawValue)")
        }
        guard let content = screen.shown?.content else { return .doesNot("nothing has arrived from the engine yet") }
        if !screen.marks.isEmpty { return marked(verb, screen.marks, content) }
        if let row = screen.selectedRow, let subject = row.subject {
            let answer = one(verb, subject, content)
            // On a page a verb that says nothing to the selected row is meant for what the page is about.
            if case .doesNot = answer, let page = screen.pageSubject { return one(verb, page, content) }
            return answer
        }
        if let page = screen.pageSubject { return one(verb, page, content) }
        return withoutSelection(verb, screen)
    }

    private func withoutSelection(_ verb: Verb, _ screen: Screen) -> Applicability {
        if screen.awaitsFilter { return .doesNot("the rows of this filter are still on their way from the engine") }
        if screen.cursor.pending != nil { return .doesNot("the row is still on its way from the engine") }
        if screen.cursor.selected != nil { return .doesNot("the selected row is no longer in the list") }
        if screen.view == .queue, !screen.filter.isEmpty, let operation = verb.queueOperation {
            return .applies(.queue(operation, .filter(text: screen.filter)), value: "", fromMarks: false)
        }
        return .doesNot("no row is selected: move to one first")
    }

    private func one(_ verb: Verb, _ subject: Subject, _ content: ViewContent) -> Applicability {
        func yes(_ draft: ActionDraft, _ value: String = "") -> Applicability {
            .applies(draft, value: value, fromMarks: false)
        }
        func begun(_ draft: ActionDraft) -> Applicability { yes(draft, draft.valueInForce(content) ?? "") }
        switch (verb, subject) {
        case (.suspend, .account(let name)):
            let state = content.sender(name)?.state
            let isSuspended = state == .suspended || state == .held
            return yes(isSuspended ? .resume(accounts: [name]) : .suspend(accounts: [name]))
        case (.contain, .account(let name)): return yes(.contain(accounts: [name]))
        case (.limit, .account(let name)):
            return begun(.limit([.account(name: name)]))
        case (.limit, .limit(let account, let text)): return yes(.limit([.account(name: account)]), text)
        case (.limit, .plan(let name)):
            return begun(.limit([.plan(name: name)]))
        case (.throttle, .carrier(let name)):
            return begun(.throttle(carriers: [name]))
        case (.whitelist, .source(let name)):
            let isWhitelisted = content.source(name)?.state == .whitelisted
            return yes(isWhitelisted ? .clear(networks: [name]) : .whitelist(networks: [name]))
        case (.whitelist, .carrier(let name)): return yes(.whitelistFor(carrier: name))
        case (.block, .source(let name)):
            let isBlocked = content.source(name)?.state == .blocked
            return yes(isBlocked ? .clear(networks: [name]) : .block(networks: [name]))
        case (.hold, _), (.release, _), (.delete, _): return queueWork(verb, subject)
        default: return .doesNot(verb.refusal(of: subject))
        }
    }

    private func queueWork(_ verb: Verb, _ subject: Subject) -> Applicability {
        guard let operation = verb.queueOperation else { return .doesNot(verb.refusal(of: subject)) }
        switch subject {
        case .message(let id): return .applies(.queue(operation, .messages(ids: [id])), value: "", fromMarks: false)
        case .account(let name), .limit(let name, _):
            return .applies(.queue(operation, .account(name: name)), value: "", fromMarks: false)
        case .carrier(let name):
            return .applies(.queue(operation, .filter(text: "carrier:" + name)), value: "", fromMarks: false)
        default: return .doesNot(verb.refusal(of: subject))
        }
    }

    private func marked(_ verb: Verb, _ marks: [RowReference], _ content: ViewContent) -> Applicability {
        func yes(_ draft: ActionDraft) -> Applicability { .applies(draft, value: "", fromMarks: true) }
        let subjects = marks.compactMap(\.subject)
        let messages = marks.compactMap { if case .message(let id) = $0.subject { id } else { nil } }
        if let operation = verb.queueOperation, messages.count == marks.count {
            return yes(.queue(operation, .messages(ids: messages)))
        }
        guard marks.count <= Self.maximumOrders else {
            return .doesNot("\(marks.count) are marked; at most \(Self.maximumOrders) at a time")
        }
        let accounts = marks.compactMap { if case .account(let name) = $0.subject { name } else { nil } }
        if accounts.count == marks.count {
            switch verb {
            case .suspend: return yes(.suspend(accounts: accounts))
            case .contain: return yes(.contain(accounts: accounts))
            case .limit: return yes(.limit(accounts.map { .account(name: $0) }))
            case .hold, .release, .delete:
                if let operation = verb.queueOperation { return yes(.queueOf(operation, accounts: accounts)) }
            default: break
            }
        }
        let sources = marks.compactMap { if case .source(let name) = $0.subject { name } else { nil } }
        if sources.count == marks.count {
            if verb == .block { return yes(.block(networks: sources)) }
            if verb == .whitelist { return yes(.whitelist(networks: sources)) }
        }
        let carriers = marks.compactMap { if case .carrier(let name) = $0.subject { name } else { nil } }
        if carriers.count == marks.count, verb == .throttle { return yes(.throttle(carriers: carriers)) }
        guard let first = subjects.first else { return .doesNot("the marked rows cannot be acted on") }
        return .doesNot(verb.refusal(of: first) + " (\(marks.count) marked)")
    }

    private func undoable(_ screen: Screen) -> Applicability {
        func yes(_ numbers: [Int64], fromMarks: Bool = false) -> Applicability {
            .applies(.undo(numbers: numbers), value: "", fromMarks: fromMarks)
        }
        guard let content = screen.shown?.content else { return .doesNot("nothing has arrived from the engine yet") }
        let marked = screen.marks.compactMap { if case .action(let number) = $0.subject { number } else { nil } }
        if !marked.isEmpty { return yes(marked, fromMarks: true) }
        if case .action(let number) = screen.selectedRow?.subject {
            guard let row = content.action(number), !row.canBeUndone else { return yes([number]) }
            return .doesNot("#\(number) is \(row.state.rawValue): nothing of it is in force")
        }
        if notice?.kind == .done, !lastDone.isEmpty { return yes(lastDone) }
        if screen.pageSubject != nil, let row = content.actionRows.first(where: { $0.state == .active }) {
            return yes([row.number])
        }
        if screen.awaitsFilter { return .doesNot("the rows of this filter are still on their way from the engine") }
        return .doesNot("select an action in view 7, or press it right after one")
    }
}

extension ActionRow {
    /// Whether something of it is in force, or was done to a queue that an engine may be able to turn back.
    var canBeUndone: Bool { state == .active || state == .done }
}

extension Verb {
    var queueOperation: QueueOperation? {
        switch self {
        case .hold: .hold
        case .release: .release
        case .delete: .delete
        default: nil
        }
    }

    /// Why it says nothing to that kind of thing.
    func refusal(of subject: Subject) -> String {
        switch self {
        case .suspend, .contain:
            "\(subject.kind) cannot be \(self == .suspend ? "suspended" : "contained"); an account can"
        case .limit: "\(subject.kind) has no limit to set; accounts and plans have"
        case .throttle: "\(subject.kind) cannot be throttled; a carrier can"
        case .whitelist: "\(subject.kind) cannot be whitelisted; a source can, or a network of a carrier"
        case .block: "\(subject.kind) cannot be blocked; a source can"
        case .hold, .release, .delete:
            "\(subject.kind) has no messages in the queue; messages, accounts and carriers have"
        case .undo: "only an action can be undone"
        }
    }
}
