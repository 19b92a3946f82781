import ControlProtocol
import Foundation
import Logging
import MailPolicy
import NIOCore
import NIOPosix
import PolicyStore
import Synchronization

/// The engine: servers, feeds, clock, store, and whoever looks at them; the same in a daemon and inside the demo.
package final class Engine: Sendable {
    let core: EngineCore
    let desk: ActionDesk
    var views: EngineViews { EngineViews(core: core, desk: desk, milters: milters) }
    package let gatehouse: Gatehouse

    private let keeper: StoreKeeper
    private let recorder: Recorder
    private let policyServer: PolicyServer
    let milters: Milters
    private let policyLoops: MultiThreadedEventLoopGroup
    /// Writing frames as JSON has no place on a loop on which Postfix waits.
    private let controlLoops: MultiThreadedEventLoopGroup
    private let sink: LogSink
    private let logger: Logger
    private let configuration: Mutex<EngineConfiguration>
    private let configurationFile: String?
    private let trial: ParserTrial?
    private let tasks = Mutex<[Task<Void, Never>]>([])
    private let control = Mutex<ControlServer?>(nil)
    private let lastReload = Mutex<Task<Receipt, any Error>?>(nil)
    let subscriptions = Subscriptions()

    /// What an engine runs with, beside its configuration.
    package struct Setting: Sendable {
        /// `serve`, or `demo`.
        package var mode = "serve"
        /// Read again at a reload; `nil` where there is none.
        package var configurationFile: String?
        /// Reads that file first; `nil` where the process may end of it.
        package var trial: ParserTrial?
        package var sink: LogSink
        /// Makes the queue; by default Postfix's own.
        package var queue: (@Sendable (EngineConfiguration, Gatehouse) -> any MailQueue)?
        package var seed = UInt64.random(in: .min ... .max)
        /// By default the machine's.
        package var clock: EngineClock?

        package init(sink: LogSink) { self.sink = sink }
    }

    /// Opens the store and loads what it knows; nothing listens yet.
    ///
    /// - Throws: `PolicyStoreError`, ``DirectoryError``.
    package init(_ configuration: EngineConfiguration, _ setting: Setting) async throws {
        let wall = Milliseconds(Date().timeIntervalSince1970 * 1000)
        let store = try PolicyStore.open(path: configuration.store.path, now: wall)
        let stored = try store.clock()
        let last = stored.map { Moment(steady: $0.steady, wall: $0.wall) }
        let clock = setting.clock ?? EngineClock.machine(continuing: last)
        sink = setting.sink
        logger = Self.logger(configuration.log, setting.sink, clock)
        for warning in configuration.warnings { logger.warning("\(warning)") }
        let loading = try StoreLoading.load(
            store, rulebook: configuration.rulebook, seed: setting.seed, now: clock.now())
        for override in loading.unreadable {
            logger.error(
                "override #\(override.id) cannot be read and is not in force: \(override.record.kind) \(override.record.target) \(override.record.value)"
            )
        }
        gatehouse = Gatehouse(
            gatekeeper: loading.gatekeeper, verdictsKept: configuration.engine.verdictsKept, clock: clock)
        keeper = StoreKeeper(
            store: store, rows: loading.rows,
            retention: StoreRetention(
                verdictRows: Int64(configuration.engine.refusedKept), history: configuration.store.history),
            logger: logger)
        policyLoops = MultiThreadedEventLoopGroup(numberOfThreads: configuration.engine.eventLoops)
        controlLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let queueAccounts = QueueAccountMap()
        try Self.preload(queueAccounts, store, loading, at: wall)
        let queue = setting.queue?(configuration, gatehouse) ?? Self.postfixQueue(configuration.queue, clock)
        let rates = RateBoard()
        let minutes = MinuteBoard()
        try Self.preload(minutes, store, configuration.rulebook, at: wall)
        let authentication = AuthenticationBoard(own: configuration.rulebook.ownDomains)
        try Self.preload(authentication, store, at: clock.now())
        let gatehouse = gatehouse
        let join = QueueJoin(
            accounts: queueAccounts,
            carrierOfDomain: { domain in
                gatehouse.withState { state, _ in state.gatekeeper.carrierName(ofDomain: domain) }
            })
        let board = QueueBoard(queue: queue, accounts: queueAccounts, join: join, rates: rates)
        let newestSeen = try store.meta(SecondBatch.newestVerdictKey).flatMap { Int64($0) } ?? 0
        let firstNumber = max(try store.newestVerdict(), newestSeen)
        core = EngineCore(
            identity: EngineCore.Identity(host: ProcessInfo.processInfo.hostName, mode: setting.mode, startedAt: wall),
            gatehouse: gatehouse, keeper: keeper, queueBoard: board, minutes: minutes,
            authentication: authentication, rates: rates, logger: logger,
            firstNumber: firstNumber)
        let room = DescriptorLimit.connections
        if room < configuration.engine.maxConnections {
            logger.warning(
                """
                the limit of open files leaves room for \(room) policy connections, not for max_connections = \
                \(configuration.engine.maxConnections): raise it (LimitNOFILE in a systemd unit)
                """)
        }
        let bounds = PolicyServer.Bounds(
            connections: min(configuration.engine.maxConnections, room),
            idleTimeout: .milliseconds(configuration.engine.idleTimeout),
            requestTimeout: .milliseconds(configuration.engine.requestTimeout))
        let server = PolicyServer(gatehouse: gatehouse, group: policyLoops, bounds: bounds, logger: logger)
        policyServer = server
        milters = Milters(configuration, gatehouse: gatehouse, board: authentication, logger: logger)
        desk = ActionDesk(core: core, paceChanged: { server.paceChanged() })
        let signs = SignResponder(core: core, desk: desk, logger: logger)
        recorder = Recorder(
            gatehouse: gatehouse, keeper: keeper, queueAccounts: queueAccounts, sink: setting.sink, minutes: minutes,
            authentication: authentication, rates: rates, settings: Recorder.Settings(configuration.log),
            firstNumber: firstNumber,
            onSigns: { signs.respond(to: $0) },
            onExpiry: { [core] in
                // A throttle that ended lets those go on who wait.
                server.paceChanged()
                core.senders.expire()
                core.sources.expire()
            })
        self.configuration = Mutex(configuration)
        configurationFile = setting.configurationFile
        trial = setting.trial
        if !loading.expired.isEmpty {
            logger.notice("\(counted(loading.expired.count, "override")) ran out while the engine was down")
        }
        try await importAtStart(configuration)
    }

    // MARK: Replay

    /// Takes over a directory that is no file.
    func takeDirectory(_ accounts: [DirectoryAccount]) async throws {
        let importer = DirectoryImport(keeper: keeper, gatehouse: gatehouse, plans: [])
        _ = try await importer.take(accounts)
    }

    /// What the recorder does every second; before ``start()`` only, while a clock of the past is set.
    func replayMinute() { recorder.catchUp() }

    /// Gives the places at carriers that are due at the clock's time.
    func advanceCarriers() { gatehouse.withState { state, now in _ = state.gatekeeper.advancePacers(at: now) } }

    // MARK: Running

    /// Begins to decide. Feeds and followers run until ``stop()``.
    ///
    /// - Throws: ``ListenError``, ``ResolverError``, `ControlServerError`.
    package func start() async throws {
        recorder.start()
        let configuration = configuration.withLock { $0 }
        let board = core.queueBoard
        let running = [
            Task { await board.queue.run() },
            Task { await board.run() },
        ]
        tasks.withLock { $0 += running }
        do {
            let settings = ControlServerSettings(
                path: configuration.control.socket.path, mode: configuration.control.socket.mode,
                group: configuration.control.socket.group)
            let server = try await ControlServer.listen(
                settings, service: RoleService(engine: self), on: controlLoops, logger: logger)
            control.withLock { $0 = server }
        }
        try await policyServer.listen(on: configuration.listeners)
        try await milters.use(configuration)
        var metadata: Logger.Metadata = [
            "listeners": "\(policyServer.addresses.joined(separator: " "))", "accounts": "\(accountCount)",
        ]
        if !milters.addresses.isEmpty { metadata["milters"] = "\(milters.addresses.joined(separator: " "))" }
        logger.notice("deciding", metadata: metadata)
    }

    private var accountCount: Int { gatehouse.withState { state, _ in state.gatekeeper.accounts.count } }

    /// Answers what is in flight, writes what is left, and closes.
    package func stop() async {
        logger.notice("closing")
        subscriptions.end()
        await policyServer.close()
        await milters.close()
        if let server = control.withLock({ $0 }) { await server.close() }
        let running = tasks.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
        for task in running { task.cancel() }
        let rest = recorder.stop()
        do {
            try await keeper.close(with: rest, gatehouse: gatehouse)
        } catch {
            logger.error("what came last is not in the store: \(error)")
        }
        try? await policyLoops.shutdownGracefully()
        try? await controlLoops.shutdownGracefully()
        logger.notice("closed")
        sink.flush()
    }

    /// A link for somebody in this process.
    package func link(for actor: Actor) -> EmbeddedEngineLink { EmbeddedEngineLink(engine: self, actor: actor) }

    /// What a peer of the control socket may do, by the groups that it is in.
    func role(of peer: ControlPeer) -> Role? {
        if peer.userID == 0 { return .admin }
        let roles = configuration.withLock { $0.control.roles }
        return Role.allCases.last { role in roles[role, default: []].contains { peer.groups.contains($0) } }
    }

    // MARK: Configuration

    /// Reads the configuration again. What is wrong with it is told, and the old one stays. Reloads that are asked for
    /// at the same time are made one after the other.
    ///
    /// - Throws: ``ControlError``.
    package func reload(by actor: Actor) async throws -> Receipt {
        let mine = lastReload.withLock { last in
            let before = last
            let task = Task {
                _ = await before?.result
                return try await self.reloadNow(by: actor)
            }
            last = task
            return task
        }
        return try await mine.value
    }

    private func reloadNow(by actor: Actor) async throws -> Receipt {
        guard let configurationFile else { throw ControlError.failed("this engine has no configuration file") }
        let new: EngineConfiguration
        let directory: DirectoryImport.ReadFile?
        do {
            new = try await ConfigurationLoader.load(
                file: configurationFile, trial: trial, now: core.now.wall, unknownGroups: .refused)
            try EngineMain.requireListener(new, file: configurationFile)
            directory = try await readDirectoryIfChanged(new)
        } catch {
            logger.error("configuration not reloaded, the old one stays: \(error)")
            throw ControlError.failed("the old configuration stays: \(error)")
        }
        do {
            try await policyServer.listen(on: new.listeners)
            try await milters.use(new)
        } catch {
            logger.error("configuration not reloaded, the old one stays: \(error)")
            let old = configuration.withLock { $0 }
            try? await policyServer.listen(on: old.listeners)
            try? await milters.use(old)
            throw ControlError.failed("the old configuration stays: \(error)")
        }
        let restart = configuration.withLock { old in
            defer { old = new }
            return new.needingRestart(since: old)
        }
        gatehouse.withState { state, now in state.gatekeeper.replaceRulebook(new.rulebook, at: now) }
        core.authentication.replaceOwn(new.rulebook.ownDomains)
        recorder.setSettings(Recorder.Settings(new.log))
        policyServer.paceChanged()
        core.senders.expire()
        var notes = restart.map { "\($0) takes effect at the next start" }
        // Only now, since its accounts can be on plans that came with this configuration.
        do {
            if let directory { try await take(directory, new) }
        } catch {
            notes.append("the accounts stay as they were: \(error)")
        }
        for note in notes { logger.warning("\(note)") }
        for warning in new.warnings { logger.warning("\(warning)") }
        let record = AuditRecord(
            at: core.now.wall, actor: actor.name, uid: actor.userID.map(Int64.init), verb: "reload",
            target: "configuration",
            detail: "reloaded" + (restart.isEmpty ? "" : "; at the next start: " + restart.joined(separator: ", ")),
            reason: "", outcome: .done)
        let number = try? await keeper.perform { try $0.record(record).number }
        logger.notice("configuration reloaded")
        return Receipt(
            number: number ?? 0, overrideID: nil, summary: "configuration reloaded", affected: 1, notDone: notes)
    }

    // MARK: Accounts

    private func importer(_ configuration: EngineConfiguration) -> DirectoryImport {
        DirectoryImport(keeper: keeper, gatehouse: gatehouse, plans: configuration.rulebook.plans.map(\.name))
    }

    private func readDirectoryIfChanged(
        _ configuration: EngineConfiguration
    ) async throws -> DirectoryImport.ReadFile? {
        guard let file = configuration.directory else { return nil }
        return try await importer(configuration).readIfChanged(file, zone: configuration.rulebook.zone)
    }

    private func take(_ directory: DirectoryImport.ReadFile, _ configuration: EngineConfiguration) async throws {
        let counts = try await importer(configuration).take(directory)
        logger.notice(
            "accounts imported", metadata: ["file": "\(configuration.directory ?? "")", "counts": "\(counts)"])
        core.senders.expire()
    }

    /// A directory that cannot be read is no reason to leave Postfix without answers where the accounts are known from
    /// the last time.
    private func importAtStart(_ configuration: EngineConfiguration) async throws {
        do {
            if let directory = try await readDirectoryIfChanged(configuration) {
                try await take(directory, configuration)
            }
        } catch let error as DirectoryError {
            let isKnown = gatehouse.withState { state, _ in
                state.gatekeeper.accounts.accounts.contains { $0.inDirectory }
            }
            guard isKnown else { throw error }
            logger.error("accounts not imported, those of the last import stay: \(error)")
        }
    }

    /// Imports a CSV that an operator sends: all of it or nothing.
    func importAccounts(csv: String, reason: String, by actor: Actor) async throws -> Receipt {
        try OrderCheck.check(Order(action: .undo(number: 0), reason: reason, seconds: nil))
        let plans = gatehouse.withState { state, _ in state.gatekeeper.rulebook.plans.map(\.name) }
        let importer = DirectoryImport(keeper: keeper, gatehouse: gatehouse, plans: plans)
        let counts: String
        do {
            counts = try await importer.importText(csv)
        } catch {
            throw ControlError.invalidParameters("nothing was imported: \(error)")
        }
        core.senders.expire()
        let record = AuditRecord(
            at: core.now.wall, actor: actor.name, uid: actor.userID.map(Int64.init), verb: "import", target: "accounts",
            detail: counts, reason: reason, outcome: .done)
        let number = try await desk.onStore { try $0.record(record).number }
        return Receipt(number: number, overrideID: nil, summary: counts, affected: accountCount, notDone: [])
    }
}

/// Gives each peer of the control socket the link that its groups allow.
private struct RoleService: ControlService {
    let engine: Engine

    func link(for peer: ControlPeer) -> any EngineLink {
        engine.link(for: Actor(name: peer.login, userID: peer.userID, role: engine.role(of: peer)))
    }
}
