import ControlProtocol

extension FrameText {
    func overview(_ overview: Overview) -> String {
        status + "\n" + section("Needs attention", attention(overview.attention)) + "\n"
            + section("Queue by carrier and age in minutes", ages(overview.queue)) + "\n"
            + section("Senders nearest their limit", senders(overview.nearestLimits)) + "\n"
            + section("Top offending sources", sources(overview.topSources)) + "\n"
            + section("Authentication", domains(overview.domains))
    }

    /// The engine itself: who it is, how it does, what it reads.
    var status: String {
        let status = frame.status
        let slowest = status.p99Microseconds.map { ", 99 % within \(Figures.decimal($0 / 1_000, places: 2)) ms" } ?? ""
        let change = status.queuePerMinute.map { ", \($0 < 0 ? "" : "+")\(Figures.count($0)) a minute" } ?? ""
        let facts = [
            ["engine", "\(status.host), \(status.mode), version \(status.version), up \(clock.age(status.startedAt))"],
            ["time", clock.nowWithZone],
            ["you", "\(status.actor) (\(status.roles.map(\.rawValue).joined(separator: ", ").orNone))"],
            ["decisions", Figures.decimal(status.decisionsPerSecond) + " a second" + slowest],
            ["queue", "\(Figures.count(status.queueLength)) messages" + change],
            ["alerts", Figures.count(status.alerts)],
            ["store", status.storeTrouble ?? "in order"],
        ]
        let resolver = status.resolver.map { [["DNS", dns($0)]] } ?? []
        return factTable(facts + resolver + status.feeds.map { ["feed \($0.name)", feed($0)] })
    }

    /// `1,234 questions, 93 % from cache, 2 on; failed: 3 timed out, 1 SERVFAIL`.
    private func dns(_ resolver: ResolverStatus) -> String {
        let share = resolver.asked > 0 ? resolver.fromCache * 100 / resolver.asked : 0
        let failures = [
            (resolver.timedOut, "timed out"), (resolver.serverFailed, "SERVFAIL"), (resolver.refused, "refused"),
            (resolver.bogus, "bogus"), (resolver.malformed, "malformed"), (resolver.turnedAway, "too many at a time"),
        ].filter { $0.0 > 0 }.map { "\(Figures.count($0.0)) \($0.1)" }
        return "\(Figures.count(resolver.asked)) questions, \(share) % from cache, \(resolver.inFlight) on"
            + (failures.isEmpty ? "" : "; failed: " + failures.joined(separator: ", "))
    }

    private func feed(_ feed: FeedStatus) -> String {
        let age = feed.updatedAt.map { "read \(clock.age($0)) ago" } ?? "never read"
        let seconds = feed.updatedAt.map { Double(frame.status.now - $0) / 1_000 } ?? .infinity
        let stale = seconds > feed.staleAfterSeconds ? ", stale" : ""
        return age + stale + (feed.trouble.map { ": " + $0 } ?? "")
    }

    private func attention(_ rows: [Attention]) -> TextTable {
        TextTable(
            columns: [.left("since"), .left("kind"), .left("subject"), .left("evidence"), .left("at hand")],
            rows: rows.map { [clock.time($0.at), $0.kind.rawValue, $0.subject, $0.evidence, $0.verb ?? ""] })
    }

    private func ages(_ rows: [QueueAges]) -> TextTable {
        let bounds = QueueAges.bounds.map { "<\($0)" } + [">\(QueueAges.bounds.last ?? 0)"]
        return TextTable(
            columns: [.left("carrier"), .right("total")] + bounds.map { .right($0) },
            rows: rows.map { row in
                let ages = row.ages.prefix(bounds.count).map(Figures.count)
                let missing = Array(repeating: "-", count: bounds.count - ages.count)
                return [row.carrier, Figures.count(row.total)] + ages + missing
            })
    }
}

extension String {
    fileprivate var orNone: String { isEmpty ? "no role" : self }
}
