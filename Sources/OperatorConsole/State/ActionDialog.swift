import ControlProtocol

/// The dialog of an action, from its opening to the engine's answer.
struct ActionDialog: Equatable, Sendable {
    enum Field: Equatable, Sendable, CaseIterable {
        case cancel, value, mode, queued, duration, reason, confirmation, perform
    }

    enum Looking: Equatable, Sendable {
        case asking
        case ready([Preview])
        case failed(String)
    }

    enum Phase: Equatable, Sendable {
        case editing
        /// Sent; nothing is said to be done before the engine says so.
        case sent(ticket: Int, since: Milliseconds)
        /// Answered, but not all of it was done.
        case answered([String])
    }

    let draft: ActionDraft
    var focus = Field.cancel
    var value: InputLine
    var mode = SuspensionMode.refuse
    var queued = QueuedMail.leave
    var duration: InputLine
    var reason: InputLine
    var confirmation = InputLine()
    var looking = Looking.asking
    var phase = Phase.editing
    /// The question whose answer ``looking`` waits for.
    var previewTicket = 0
    /// What tells the value in force, which the field begins with; taken once it is asked for.
    var valueQuery: ViewQuery?
    /// The question whose answer fills the field; `nil` when none is on its way.
    var valueTicket: Int?
    /// When the engine is asked again, after the operator stopped typing.
    var previewDue: Milliseconds?
    /// What is wrong, from here or from the engine, in full.
    var trouble: String?
    /// Whether the targets were marked rows, whose marks go when it is done.
    var fromMarks = false

    /// Above this the operator types the number or the word.
    static let freeReach = 100
    static let previewDelay: Milliseconds = 300

    init(_ draft: ActionDraft, value: String = "", duration: String? = nil, reason: String = "") {
        self.draft = draft
        self.value = InputLine(value)
        self.duration = InputLine(duration ?? draft.usualDuration)
        self.reason = InputLine(reason)
    }

    /// What stands before the value, where there is one.
    var valueLabel: String? {
        switch draft {
        case .limit: "Limit"
        case .throttle: "Rate /s"
        case .whitelist: "Carrier"
        case .whitelistFor: "Network"
        default: nil
        }
    }

    /// Fields in the order in which Tab visits them.
    var fields: [Field] {
        var fields: [Field] = [.cancel]
        if valueLabel != nil { fields.append(.value) }
        if case .suspend = draft { fields += [.mode, .queued] }
        if draft.canExpire { fields.append(.duration) }
        fields.append(.reason)
        if needsConfirmation { fields.append(.confirmation) }
        fields.append(.perform)
        return fields
    }

    var previews: [Preview] {
        if case .ready(let previews) = looking { previews } else { [] }
    }

    var affected: Int { previews.reduce(0) { $0.plus(max(0, $1.affected)) } }
    var requiredRole: Role { previews.map(\.requiredRole).max() ?? .viewer }
    var needsConfirmation: Bool { affected > Self.freeReach }

    var isConfirmed: Bool {
        guard needsConfirmation else { return true }
        let typed = confirmation.text.filter { $0 != " " && $0 != "," }.lowercased()
        return typed == String(affected) || typed == draft.verb.lowercased()
    }

    var title: String {
        let targets = draft.targets
        if targets.count == 1 { return "\(draft.verb) \(targets[0])" }
        return "\(draft.verb) \(targets.count) marked"
    }

    func actions() throws(DraftError) -> [OperatorAction] {
        try draft.actions(value: trimmed(value), mode: mode, queued: queued)
    }

    /// The orders as they would be sent now.
    /// - Throws: ``DraftError`` with what is missing.
    func orders(highestRole: Role) throws(DraftError) -> [Order] {
        let actions = try actions()
        guard !trimmed(reason).isEmpty else { throw DraftError(message: "Write a reason: it goes into the audit log.") }
        var seconds: Int?
        if draft.canExpire {
            guard let lasting = Lasting(duration.text) else {
                throw DraftError(message: "Write how long, such as 30m, 24h or 7d, or none.")
            }
            seconds = lasting.seconds
        }
        switch looking {
        case .asking: throw DraftError(message: "The engine has not yet said what this will hit.")
        case .failed(let why): throw DraftError(message: why)
        case .ready: break
        }
        guard highestRole >= requiredRole else {
            throw DraftError(message: "This needs the role \(requiredRole.rawValue); yours is \(highestRole.rawValue).")
        }
        guard isConfirmed else {
            throw DraftError(message: "Type \(affected) or \(draft.verb.lowercased()) to confirm.")
        }
        return actions.map { action in
            Order(action: action, reason: trimmed(reason), seconds: lasts(action) ? seconds : nil)
        }
    }

    /// The same on the command line, as the fields now say.
    var commands: [String] {
        let reason = trimmed(reason)
        let seconds = Lasting(duration.text)?.seconds
        return ((try? actions()) ?? []).map { action in
            commandLine(for: action, reason: reason.isEmpty ? "…" : reason, seconds: lasts(action) ? seconds : nil)
        }
    }

    /// What is done to a queue is over once it is done; an override stays.
    private func lasts(_ action: OperatorAction) -> Bool {
        if case .queue = action { false } else { draft.canExpire }
    }

    private func trimmed(_ line: InputLine) -> String {
        var text = Substring(line.text)
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
