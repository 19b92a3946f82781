import ControlProtocol

/// Lines that say aloud what is wrong: the connection, the store, feeds that are overdue. Empty when all is well.
struct Bands {
    var lines: [[Run]] = []

    init(_ state: State) {
        switch state.link {
        case .lost(let since, let why, let attempts, let retryAt):
            let wait = max(0, (retryAt - state.now + 999) / 1000)
            let age = Figures.span(milliseconds: state.now - since)
            let again = attempts == 0 || wait == 0 ? "trying again" : "trying again in \(wait) s"
            guard state.screen.shown != nil else {
                lines.append([Run(" NO ENGINE \(age) ", Style.alarm.reversed()), Run(" " + again, .alarm)])
                break
            }
            lines.append([
                Run(" DISCONNECTED \(age) ", Style.alarm.reversed()),
                Run(" what is shown is STALE; \(again)  ", .alarm),
                Run(why, .alarm),
            ])
        case .refused(let why): lines.append([Run(" The engine says: ", .alarm), Run(why, .alarm)])
        case .connecting, .live: break
        }
        guard let status = state.status else { return }
        if let trouble = status.storeTrouble {
            lines.append([
                Run(" STORE ", Style.alarm.reversed()), Run(" deciding from memory: ", .alarm), Run(trouble, .alarm),
            ])
        }
        let stale = status.feeds.filter { FeedAge($0, state)?.isStale ?? false || $0.trouble != nil }
        if !stale.isEmpty {
            var line: [Run] = []
            for feed in stale {
                let age = FeedAge(feed, state)
                let word = age?.isStale ?? false ? age?.text ?? "" : "TROUBLE"
                line += [Run(" \(word) ", Style.warning.reversed()), Run(" \(feed.name)", .warning)]
                if let trouble = feed.trouble { line.append(Run(": " + trouble, .warning)) }
                line.append(Run("  "))
            }
            lines.append(line)
        }
    }
}

/// How old what a feed told is, at the engine's time now.
struct FeedAge {
    var milliseconds: Int64?
    var isStale: Bool

    init?(_ feed: FeedStatus, _ state: State) {
        guard let now = state.engineNow else { return nil }
        if let updatedAt = feed.updatedAt {
            let age = max(0, now.since(updatedAt))
            milliseconds = age
            isStale = Double(age) > feed.staleAfterSeconds * 1000
        } else {
            milliseconds = nil
            isStale = Double(now.since(state.status?.startedAt ?? now)) > feed.staleAfterSeconds * 1000
        }
    }

    /// `STALE 12s`, or the plain age.
    var text: String {
        guard let milliseconds else { return isStale ? "STALE, never delivered" : "not yet delivered" }
        if isStale { return "STALE " + Figures.span(milliseconds: milliseconds).filter { $0 != " " } }
        return Figures.span(milliseconds: milliseconds) + " ago"
    }
}
