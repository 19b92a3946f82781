import ControlProtocol
import MailPolicy

/// The header of every frame, and the overview.
extension EngineViews {
    func status(for actor: Actor) -> EngineStatus {
        let (zone, now) = core.gatehouse.withState { state, now in (state.gatekeeper.rulebook.zone, now.wall) }
        let transition = zone.transition(at: now)
        let (perSecond, p99) = core.rates.rates
        let picture = core.queueBoard.index.picture
        return EngineStatus(
            host: core.identity.host, mode: core.identity.mode, version: EngineCore.version, now: now,
            startedAt: core.identity.startedAt, timeZone: zone.name, zoneOffsetSeconds: transition.seconds,
            zoneAbbreviation: transition.abbreviation, decisionsPerSecond: perSecond, p99Microseconds: p99,
            queueLength: picture.messages.count, queuePerMinute: core.rates.queueChange(at: now),
            alerts: attention().count, feeds: picture.feeds, storeTrouble: core.keeper.trouble, actor: actor.name,
            roles: actor.role.map { held in Role.allCases.filter { $0 <= held } } ?? [])
    }

    func overview() -> Overview {
        let now = core.now.wall
        func series(_ outcome: Verdict.Outcome) -> [Int?] {
            core.minutes.series(SeriesName.mail(outcome), minutes: 60, endingAt: now)
        }
        let mail = MailSeries(
            from: (now / 60_000 - 59) * 60_000, accepted: series(.accepted), refused: series(.refused),
            deferred: series(.deferred), held: series(.held))
        let nearest = try? senders(ViewQuery(.senders, limit: 10))
        let sources = try? sources(ViewQuery(.sources, filter: "score>0", limit: 10))
        return Overview(
            mail: mail, attention: attention(), queue: core.queueBoard.index.ages(at: now),
            nearestLimits: nearest?.rows.filter { $0.used > 0 } ?? [], topSources: sources?.rows ?? [],
            domains: domainRows())
    }

    // MARK: Attention

    private static let attentionRows = 50

    /// What a person should look at: trouble of our own, accounts (the newest first), carriers, sources (the worst
    /// first). An order that does not follow the clock, so that nothing moves under the cursor.
    func attention() -> [Attention] {
        var items: [Attention] = []
        let now = core.now
        if let trouble = core.keeper.trouble {
            items.append(Attention(at: now.wall, kind: .store, subject: "store", evidence: trouble, verb: nil))
        }
        for feed in core.queueBoard.index.picture.feeds {
            let age = feed.updatedAt.map { Double(now.wall - $0) / 1000 }
            let isStale = age.map { $0 > feed.staleAfterSeconds } ?? false
            guard feed.trouble != nil || isStale else { continue }
            let evidence = feed.trouble ?? "no news for \(durationText(age ?? 0))"
            items.append(
                Attention(
                    at: feed.updatedAt ?? now.wall, kind: .feed, subject: feed.name, evidence: evidence, verb: nil))
        }
        items += accountAttention(now) + carrierAttention(now) + sourceAttention(now)
        return Array(items.prefix(Self.attentionRows))
    }

    private func accountAttention(_ now: Moment) -> [Attention] {
        let picture = core.senders.picture(at: now.steady)
        let items = core.gatehouse.withState { state, now in
            var items: [Attention] = []
            for place in picture.needingAttention where items.count < Self.attentionRows {
                let figures = picture.rows[place]
                let signs = state.gatekeeper.signs(of: figures.account, at: now)
                guard state.gatekeeper.accounts[figures.account].suspension == 0, !signs.isEmpty else { continue }
                let at = state.gatekeeper.accounts.activity(of: figures.account)?.markedAt ?? now.steady
                let age = "\(figures.plan), \(ageText(figures.ageSeconds))"
                items.append(
                    Attention(
                        at: now.wall(atSteady: at), kind: .account, subject: figures.login,
                        evidence: ([age] + signs).joined(separator: "; "), verb: "contain"))
            }
            return items
        }
        // Those at work now show a new sign every few seconds: by the second they would change places for ever.
        func age(_ item: Attention) -> Int64 { (now.wall - item.at) / 600_000 }
        return items.sorted { (age($0), $0.subject) < (age($1), $1.subject) }
    }

    private func carrierAttention(_ now: Moment) -> [Attention] {
        carrierRows().compactMap { row in
            let share = row.queued > 0 ? Double(row.queueDeferred) / Double(row.queued) : 0
            var evidence: [String] = []
            if row.queueDeferred >= 50, share >= 0.25 {
                evidence.append("\(Int((share * 100).rounded())) % of \(row.queued) deferred")
            }
            if row.waiting > 0, Double(row.waiting) > row.ratePerSecond * 10 {
                evidence.append("\(row.waiting) wait for a place")
            }
            guard !evidence.isEmpty else { return nil }
            evidence.append("at \(rateText(row.ratePerSecond))")
            return Attention(
                at: now.wall, kind: .carrier, subject: row.carrier, evidence: evidence.joined(separator: ", "),
                verb: "throttle")
        }
    }

    private func sourceAttention(_ now: Moment) -> [Attention] {
        let least = core.gatehouse.withState { state, _ in state.gatekeeper.rulebook.sources.alertScore }
        let page = try? sources(ViewQuery(.sources, filter: "score>=\(least) state:open", limit: 20))
        return (page?.rows ?? []).map { row in
            let parts = row.parts.prefix(2).map { "\($0.count) \($0.name)" }.joined(separator: ", ")
            return Attention(
                at: row.lastSeen, kind: .source, subject: row.source, evidence: "score \(row.score): \(parts)",
                verb: "block")
        }
    }

    private func ageText(_ seconds: Double) -> String {
        seconds < 7 * 86_400 ? "day \(Int(seconds / 86_400) + 1)" : "\(Int(seconds / 86_400)) days"
    }
}
