import ControlProtocol
import MailPolicy

/// What a person should look at.
extension EngineViews {
    private static let attentionRows = 50

    /// Trouble of our own, accounts (the newest first), carriers, domains (ours first), sources (the worst first). An order that does not follow the clock, so that nothing moves under the cursor.
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
        let domains = core.authentication.figures(at: now)
        if let trouble = dnsAttention(domains, now) { items.append(trouble) }
        items += accountAttention(now) + carrierAttention(now) + domainAttention(domains, now) + sourceAttention(now)
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

    /// The DNS fails for so many of the last minute's messages that a person should look at the resolver.
    private func dnsAttention(_ domains: [AuthenticationBoard.Figures], _ now: Moment) -> Attention? {
        let (messages, failed) = domains.reduce((0, 0)) { sum, domain in
            let errors = AuthenticationMethod.allCases.map { domain.minute[$0, .temperror] }.max() ?? 0
            return (sum.0 + Int(domain.minute.messages), sum.1 + errors)
        }
        guard failed >= 10, failed * 4 >= messages else { return nil }
        let share = Int((Double(failed) / Double(messages) * 100).rounded())
        return Attention(
            at: now.wall, kind: .feed, subject: "DNS", evidence: "\(share) % of \(messages) messages had a temperror",
            verb: nil)
    }

    /// Domains whose name is used by somebody new who cannot prove it, while its mail passed before.
    private func domainAttention(_ domains: [AuthenticationBoard.Figures], _ now: Moment) -> [Attention] {
        domains.lazy.filter(\.newFailing.standsOut).prefix(Self.attentionRows).map { domain in
            let new = domain.newFailing
            let worst = new.sources.prefix(3).map { "\($0.network) (\($0.uses.failed))" }
            let more = new.sources.count > 3 ? ", and \(new.sources.count - 3) more" : ""
            return Attention(
                at: now.wall(atSteady: new.since), kind: .domain, subject: domain.domain,
                evidence: "its mail used to pass; \(new.failed) failed from new sources: "
                    + (worst.isEmpty ? "many, with few each" : worst.joined(separator: ", ") + more),
                verb: nil)
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
        let days = Int(seconds / 86_400)
        if days < 7 { return "day \(days + 1)" }
        return days < 730 ? "\(days) days" : "\(days / 365) years"
    }
}
