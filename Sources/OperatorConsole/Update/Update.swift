import ControlProtocol

/// The next state, and what the outside is to do. Nothing else happens here.
func update(_ state: State, _ event: Event) -> (State, [Command]) {
    var next = state
    let commands = next.take(event)
    return (next, commands)
}

extension State {
    mutating func take(_ event: Event) -> [Command] {
        now = max(now, event.at)
        var commands: [Command] = []
        switch event.what {
        case .started: break
        case .key(let key): commands = takeKey(key)
        case .paste(let text): takePaste(text)
        case .resized(let size): self.size = size
        case .tick: break
        case .frame(let generation, let frame): takeFrame(generation, frame)
        case .subscriptionEnded(let generation, let error): takeEnd(generation, error)
        case .previewed(let ticket, let result): takePreviews(ticket, result)
        case .lookedUp(let ticket, let result): takeValueInForce(ticket, result)
        case .performed(let ticket, let results): takeReceipts(ticket, results)
        case .reloaded(let result): takeReload(result)
        case .interrupted: if overlay == nil, prompt == nil { overlay = .quit } else { _ = takeKey(.escape) }
        case .terminated: commands = end()
        }
        passTime()
        settle()
        commands += lookUpIfDue()
        commands += previewIfDue()
        commands += reconcile()
        return commands
    }

    mutating func end() -> [Command] {
        hasEnded = true
        return [.quit]
    }

    /// What ends by itself: held order, and notices.
    private mutating func passTime() {
        if let notice, now >= notice.until { self.notice = nil }
        if let heldUntil = screen.heldUntil, now >= heldUntil {
            screen.heldUntil = nil
            screen.heldIDs = nil
        }
    }

    /// Brings cursors and pages in line with what is visible.
    private mutating func settle() {
        guard !Layout.isTooSmall(size) else { return }
        let layout = Layout(self)
        screen.settle(visibleRows: layout.visibleRows, tableRows: Layout.mostTableRows(size))
    }

    /// Asks the engine for what this screen shows, when that is not what it sends already.
    private mutating func reconcile() -> [Command] {
        guard !hasEnded else { return [] }
        if let quietUntil = prompt?.quietUntil, now < quietUntil { return [] }
        let query = screen.query(tableRows: Layout.mostTableRows(size))
        if let subscription, subscription.query == query {
            guard case .lost(let since, let why, let attempts, let retryAt) = link, now >= retryAt else { return [] }
            link = .lost(
                since: since, why: why, attempts: attempts + 1, retryAt: now + LinkHealth.backOff(attempts + 1))
            return subscribe(query)
        }
        if case .refused = link { link = .connecting }
        return subscribe(query)
    }

    private mutating func subscribe(_ query: ViewQuery) -> [Command] {
        let generation = (subscription?.generation ?? 0) + 1
        subscription = Subscription(generation: generation, query: query)
        return [.subscribe(generation: generation, query)]
    }

    /// When something will change without any event; `nil` when nothing will.
    var nextDeadline: Milliseconds? {
        var deadlines: [Milliseconds] = []
        if let until = prompt?.quietUntil, until > now { deadlines.append(until) }
        if let until = notice?.until { deadlines.append(until) }
        if let until = screen.heldUntil { deadlines.append(until) }
        if case .action(let dialog) = overlay, let due = dialog.previewDue { deadlines.append(due) }
        if case .lost(_, _, _, let retryAt) = link { deadlines.append(retryAt) }
        // The clock and the ages on the screen.
        if status != nil, let engineNow { deadlines.append(now + 1_000 - ((engineNow % 1_000) + 1_000) % 1_000) }
        return deadlines.min()
    }

    mutating func say(_ text: String, _ kind: Notice.Kind = .note, seconds: Int64 = 8) {
        notice = Notice(kind: kind, text: text, until: now + seconds * 1_000)
    }
}

extension LinkHealth {
    /// Half a second, doubling up to ten.
    static func backOff(_ attempts: Int) -> Milliseconds {
        min(10_000, 500 << Milliseconds(min(attempts, 5)))
    }
}
