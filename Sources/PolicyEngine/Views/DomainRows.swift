import ControlProtocol
import MailAuthentication
import MailPolicy

/// Rows and pages of the domains that mail came in under.
extension EngineViews {
    /// Ours first, then the busiest.
    func domainRows() -> [DomainRow] { core.authentication.figures(at: core.now).map(DomainRow.init) }

    func domain(_ name: String) -> ViewContent {
        let now = core.now
        let wanted = DomainName(name).withALabels.text
        guard let (figures, sources, others) = core.authentication.domain(wanted, at: now) else {
            return .unknownSubject(
                "no mail came in under the name of \"\(name)\" in the last day, and it is none of ours")
        }
        let new = Set(figures.newFailing.sources.map(\.network))
        return .domain(
            DomainDetail(
                row: DomainRow(figures),
                sources: sources.map {
                    NameUse(
                        $0.uses, name: $0.network.description, isNewFailing: new.contains($0.network), at: now)
                }, otherSources: others.map { NameUse($0, name: "others", isNewFailing: false, at: now) }))
    }

    /// What a source did under which names; a network's addresses together.
    func domainUses(of network: Network) -> [NameUse] {
        let now = core.now
        var uses: [String: NameUse] = [:]
        for (domain, source, isNewFailing) in core.authentication.domains(of: network, at: now) {
            let use = NameUse(source.uses, name: domain, isNewFailing: isNewFailing, at: now)
            uses[domain] = uses[domain]?.adding(use) ?? use
        }
        return uses.values.sorted {
            ($0.failed, $0.passed + $0.unknown, $1.name) > ($1.failed, $1.passed + $1.unknown, $0.name)
        }
    }
}

extension NameUse {
    fileprivate init(_ uses: DomainSources.Uses, name: String, isNewFailing: Bool, at now: Moment) {
        self.init(
            name: name, passed: uses.passed, failed: uses.failed, unknown: uses.unknown,
            firstSeen: now.wall(atSteady: uses.firstSeen), lastSeen: now.wall(atSteady: uses.lastSeen),
            isNewFailing: isNewFailing)
    }

    fileprivate func adding(_ other: NameUse) -> NameUse {
        NameUse(
            name: name, passed: passed + other.passed, failed: failed + other.failed,
            unknown: unknown + other.unknown, firstSeen: min(firstSeen, other.firstSeen),
            lastSeen: max(lastSeen, other.lastSeen), isNewFailing: isNewFailing || other.isNewFailing)
    }
}

extension DomainRow {
    init(_ figures: AuthenticationBoard.Figures) {
        var methods: [String: MethodFigures] = [:]
        for method in AuthenticationMethod.allCases {
            let day = FindingCounts(figures.day, method)
            guard day.messages > 0 else { continue }
            methods[method.rawValue] = MethodFigures(
                minute: FindingCounts(figures.minute, method), hour: FindingCounts(figures.hour, method), day: day)
        }
        self.init(
            domain: figures.domain, own: figures.isOwn, messagesLastHour: Int(figures.hour.messages), methods: methods,
            newFailingSources: figures.newFailing.sources.map(\.network.description),
            failedFromNewSources: figures.newFailing.failed, standsOut: figures.newFailing.standsOut)
    }
}

extension FindingCounts {
    init(_ tally: AuthenticationTally, _ method: AuthenticationMethod) {
        self.init(
            pass: tally[method, .pass], fail: tally[method, .fail], none: tally[method, .none],
            temperror: tally[method, .temperror], permerror: tally[method, .permerror])
    }
}
