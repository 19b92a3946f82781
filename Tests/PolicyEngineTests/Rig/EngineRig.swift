import ControlProtocol
import ControlTesting
import MailPolicy
import PolicyStore
import PostfixProtocols

@testable import PolicyEngine

/// A whole engine in a folder of its own, with a clock and a queue that the test holds, and no Postfix.
final class EngineRig: Sendable {
    let engine: Engine
    let clock: RigClock
    let queue: DemoQueue
    let folder: TemporaryFolder

    static let rules = """
        time_zone = "Asia/Tokyo"
        domains = ["isp.example"]
        [accounts]
        unknown = "new"
        sign_up_plan = "new"
        [plans.new]
        limits = ["10 messages per day"]
        [plans.regular]
        limits = ["500 recipients per hour", "100 messages per day"]
        [plans.bulk]
        limits = ["1000 messages per day"]
        over = "hold"
        [signs]
        networks_per_hour = 4
        [mx]
        alert_score = 10
        whitelist = ["198.51.100.0/24"]
        [carriers.docomo]
        domains = ["docomo.ne.jp"]
        networks = ["192.0.2.0/26"]
        rate = 5
        [carriers.au]
        domains = ["au.com"]
        rate = 10
        """

    static let accounts: [DirectoryAccount] =
        ["yamada88", "tanabe", "kimura"].map { login("\($0)@isp.example", plan: "new") }
        + ["suzuki", "satou"].map { login("\($0)@isp.example", plan: "regular") }
        + [login("news@isp.example", plan: "bulk")]

    static func login(_ login: String, plan: String) -> DirectoryAccount {
        DirectoryAccount(login: login, plan: plan, signedUp: RigClock.noon - 40 * 86_400_000)
    }

    private init(_ rules: String, clock: RigClock, folder: TemporaryFolder, accounts: [DirectoryAccount]) async throws {
        var configuration = try ConfigurationText.parse(rules)
        configuration.store = StoreSettings(path: folder.file("sekisho.db"))
        configuration.control.socket = SocketFile(path: folder.file("control.sock"), mode: 0o600)
        configuration.listeners = [
            ListenerSettings(endpoint: .unix(SocketFile(path: folder.file("policy"), mode: 0o600)))
        ]
        let queue = DemoQueue(clock: clock.clock)
        var setting = Engine.Setting(sink: LogSink(.nowhere))
        setting.seed = 7
        setting.clock = clock.clock
        setting.queue = { _, _ in queue }
        self.clock = clock
        self.folder = folder
        self.queue = queue
        engine = try await Engine(configuration, setting)
        if !accounts.isEmpty { try await engine.takeDirectory(accounts) }
        try await engine.start()
    }

    /// Runs an engine for the time of the body.
    static func run<Value: Sendable>(
        _ rules: String = rules, accounts: [DirectoryAccount] = accounts, clock: RigClock = RigClock(),
        folder: TemporaryFolder? = nil, _ body: (EngineRig) async throws -> Value
    ) async throws -> Value {
        let rig = try await EngineRig(
            rules, clock: clock, folder: try folder ?? TemporaryFolder(), accounts: accounts)
        do {
            let value = try await body(rig)
            await rig.engine.stop()
            return value
        } catch {
            await rig.engine.stop()
            throw error
        }
    }

    // MARK: Operators

    func link(_ name: String = "sato", _ role: Role? = .oncall) -> EmbeddedEngineLink {
        engine.link(for: Actor(name: name, userID: 1001, role: role))
    }

    @discardableResult
    func perform(
        _ action: OperatorAction, for seconds: Int? = nil, reason: String = "ticket 4411", by name: String = "sato",
        _ role: Role? = .oncall
    ) async throws -> Receipt {
        try await link(name, role).perform(Order(action: action, reason: reason, seconds: seconds))
    }

    /// What somebody is told who may not, or asks for what cannot be.
    func refusal(_ action: OperatorAction, reason: String = "ticket 4411", _ role: Role? = .oncall) async
        -> ControlError?
    {
        do {
            try await perform(action, reason: reason, role)
            return nil
        } catch {
            return error as? ControlError
        }
    }

    func audit() async throws -> [AuditEntry] {
        try await engine.desk.onStore { try $0.audit(AuditQuery(limit: 1_000)) }
    }

    func senders(_ filter: String = "", sort: String? = nil, descending: Bool = true) async throws -> [SenderRow] {
        engine.core.senders.expire()
        let query = ViewQuery(.senders, filter: filter, sort: sort, descending: descending, limit: 1_000)
        guard case .senders(let page) = try await link().view(query).content else { return [] }
        return page.rows
    }

    func sources(_ filter: String = "") async throws -> [SourceRow] {
        engine.core.sources.expire()
        guard case .sources(let page) = try await link().view(ViewQuery(.sources, filter: filter, limit: 1_000)).content
        else { return [] }
        return page.rows
    }

    func why(_ subject: String?) async throws -> [VerdictRow] {
        guard case .why(let page) = try await link().view(ViewQuery(.why, subject: subject, limit: 1_000)).content
        else { return [] }
        return page.rows
    }

    func actions() async throws -> [ActionRow] {
        guard case .actions(let page) = try await link().view(ViewQuery(.actions, limit: 1_000)).content
        else { return [] }
        return page.rows
    }
}
