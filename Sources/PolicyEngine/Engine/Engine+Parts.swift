import ControlProtocol
import Logging
import MailPolicy
import PolicyStore

/// How the parts of an engine are made from its configuration.
extension Engine {
    static func logger(_ settings: LogSettings, _ sink: LogSink, _ clock: EngineClock) -> Logger {
        Logger(label: "sekisho") { _ in
            SinkLogHandler(
                sink: sink, level: Logger.Level(rawValue: settings.level.rawValue) ?? .info,
                now: { clock.now().wall })
        }
    }

    static func postfixQueue(_ settings: QueueSettings, _ clock: EngineClock) -> any MailQueue {
        PostfixQueue(
            settings: PostfixQueueSettings(
                instances: settings.instances.map {
                    PostfixInstance(name: $0.name, configurationDirectory: $0.directory)
                }, interval: .milliseconds(settings.every), postqueue: settings.postqueue,
                postsuper: settings.postsuper,
                readTimeLimit: .milliseconds(settings.timeout), operationTimeLimit: .milliseconds(settings.timeout)),
            time: PostfixQueue.Time(now: { clock.now().wall }))
    }

    static func preload(
        _ accounts: QueueAccountMap, _ store: PolicyStore, _ loading: StoreLoading, at wall: Milliseconds
    ) throws {
        var indices: [Int64: Int32] = [:]
        for (index, row) in loading.rows.enumerated() { indices[row] = Int32(index) }
        var pairs: [QueueAccountMap.Pair] = []
        try store.loadQueueOwners { owner in
            guard let account = indices[owner.account] else { return }
            pairs.append(
                QueueAccountMap.Pair(
                    queueID: owner.queueID, account: loading.gatekeeper.accounts.login(account), learntAt: owner.at))
        }
        accounts.preload(pairs, at: wall)
    }

    /// The last day of the series that the graphs draw.
    static func preload(
        _ minutes: MinuteBoard, _ store: PolicyStore, _ rulebook: Rulebook, at wall: Milliseconds
    ) throws {
        let names =
            [MinuteBoard.uptime] + Verdict.Outcome.allCases.map(SeriesName.mail)
            + rulebook.carriers.flatMap { [SeriesName.carrierPassed($0.name), SeriesName.carrierDeferred($0.name)] }
        let table = try store.history(of: names, from: wall - MinuteBoard.kept * 60_000, to: wall + 60_000)
        for index in 0..<(table.values[MinuteBoard.uptime]?.count ?? 0) {
            var counts: [String: Int] = [:]
            for name in names { if let value = table.values[name]?[index] { counts[name] = Int(value) } }
            if !counts.isEmpty { minutes.add(counts, minute: table.start / 60_000 + Int64(index)) }
        }
    }
}

extension Engine {
    /// The last day of the pass rates, and who used domains' names in it.
    static func preload(_ board: AuthenticationBoard, _ store: PolicyStore, at now: Moment) throws {
        let day = now.wall - DomainRecord.day
        try store.forEachDomainMinute(from: day) { found in
            guard found.at <= now.wall else { return }
            board.restore(
                AuthenticationTally(columns: found.counts), of: found.domain, at: now.steady(atWall: found.at))
        }
        try store.forEachDomainSource(since: day) { source in
            guard source.lastSeen <= now.wall else { return }
            let network = try? Network(parsing: source.source)
            guard network != nil || source.source.isEmpty else { return }
            board.restore(
                network,
                DomainSources.Uses(
                    passed: Int(source.passed), failed: Int(source.failed), unknown: Int(source.unknown),
                    firstSeen: now.steady(atWall: source.firstSeen), lastSeen: now.steady(atWall: source.lastSeen)),
                of: source.domain)
        }
    }
}

extension DomainSource {
    /// - Parameter network: `nil` for those without a row of their own.
    init(_ uses: DomainSources.Uses, of network: Network?, domain: String, at now: Moment) {
        self.init(
            domain: domain, source: network?.description ?? "", firstSeen: now.wall(atSteady: uses.firstSeen),
            lastSeen: now.wall(atSteady: uses.lastSeen), passed: Int64(uses.passed), failed: Int64(uses.failed),
            unknown: Int64(uses.unknown))
    }
}

extension EngineConfiguration {
    /// Settings that differ and are only read at the start.
    func needingRestart(since old: EngineConfiguration) -> [String] {
        var changed: [String] = []
        if store != old.store { changed.append("[store]") }
        if control.socket != old.control.socket { changed.append("[control] socket") }
        if engine != old.engine { changed.append("[engine]") }
        if queue != old.queue { changed.append("[queue]") }
        if log.target != old.log.target || log.level != old.log.level { changed.append("[log] to and level") }
        if rulebook.sources.kept != old.rulebook.sources.kept { changed.append("[mx] kept") }
        return changed
    }
}

extension Recorder.Settings {
    init(_ settings: LogSettings) {
        format = settings.format == .json ? .json : .logfmt
        decisions =
            switch settings.decisions {
            case .all: .all
            case .refused: .refused
            case .none: .none
            }
    }
}
