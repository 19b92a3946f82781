import ControlProtocol
import MailPolicy

/// The header of every frame, and the overview.
extension EngineViews {
    func status(for actor: Actor, alerts: Int) -> EngineStatus {
        let (zone, now) = core.gatehouse.withState { state, now in (state.gatekeeper.rulebook.zone, now.wall) }
        let transition = zone.transition(at: now)
        let (perSecond, p99) = core.rates.rates
        let picture = core.queueBoard.index.picture
        return EngineStatus(
            host: core.identity.host, mode: core.identity.mode, version: EngineCore.version, now: now,
            startedAt: core.identity.startedAt, timeZone: zone.name, zoneOffsetSeconds: transition.seconds,
            zoneAbbreviation: transition.abbreviation, decisionsPerSecond: perSecond, p99Microseconds: p99,
            queueLength: picture.messages.count, queuePerMinute: core.rates.queueChange(at: now),
            alerts: alerts, feeds: picture.feeds, storeTrouble: core.keeper.trouble,
            resolver: milters.resolverCounters.map(ResolverStatus.init), actor: actor.name,
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
}
