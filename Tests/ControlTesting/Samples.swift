import ControlProtocol

extension EngineStatus {
    /// 2026-04-01T14:03:22+09:00 on mx1.
    package static let sample = EngineStatus(
        host: "mx1", mode: "serve", version: "1.0", now: 1_775_019_802_000, startedAt: 1_774_933_402_000,
        timeZone: "Asia/Tokyo", zoneOffsetSeconds: 32_400, zoneAbbreviation: "JST", decisionsPerSecond: 1_284,
        p99Microseconds: 212.5, queueLength: 3_201, queuePerMinute: 212, alerts: 2,
        feeds: [FeedStatus(name: "queue", updatedAt: 1_775_019_800_000, staleAfterSeconds: 30, trouble: nil)],
        storeTrouble: nil, actor: "tanaka", roles: [.oncall])
}

extension Receipt {
    package static func sample(of order: Order) -> Receipt {
        Receipt(
            number: 41, overrideID: 7, summary: "\(order.action.verb) \(order.action.target)", affected: 1, notDone: [])
    }
}

extension Preview {
    package static func sample(of action: OperatorAction) -> Preview {
        Preview(
            title: "\(action.verb) \(action.target)", facts: [.init(label: "Stops", text: "41 messages a minute")],
            warnings: [], affected: 1, requiredRole: .abuse, command: "sekisho")
    }
}

extension SenderRow {
    package static func sample(_ account: String, name: String? = nil, used: Int = 10) -> SenderRow {
        SenderRow(
            account: account, name: name, plan: "new", signedUp: 1_775_009_002_000, inDirectory: true,
            messagesPerMinute: 41, limit: "10 messages per day", used: used, quantity: 10,
            fraction: Double(used) / 10, freeAgain: 1_775_045_647_000, networks: 61, refusedLastHour: 388, queued: 12,
            state: .limited, marks: ["61 networks in an hour"], overrides: [])
    }
}

extension ViewContent {
    package static func senders(_ rows: [SenderRow]) -> ViewContent {
        .senders(Page(total: rows.count, matched: rows.count, offset: 0, rows: rows))
    }
}
