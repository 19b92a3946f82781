import ControlProtocol
import ControlTesting
import MailPolicy
import Testing

@testable import PolicyEngine

@Suite struct SenderViewTests {
    /// What an exact model says of one account.
    private struct Model {
        var accepted: [Milliseconds] = []
        var refused: [Milliseconds] = []
        var networks: [String: Milliseconds] = [:]
    }

    @Test func everyFigureOfARowIsTrue() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            var random = SplitMix(seed: 11)
            var model: [String: Model] = [:]
            let logins = EngineRig.accounts.map(\.login)
            for _ in 0..<1_500 {
                let login = logins[random.below(logins.count)]
                let network = "203.0.\(random.below(9))"
                let answer = rig.send(RigMail(login: login, client: "\(network).\(1 + random.below(200))"))
                let now = rig.clock.now.wall
                if answer == "DUNNO" {
                    model[login, default: Model()].accepted.append(now)
                } else {
                    model[login, default: Model()].refused.append(now)
                }
                model[login, default: Model()].networks[network] = now
                rig.clock.advance(by: Milliseconds(random.below(2_000)))
            }
            let now = rig.clock.now.wall
            let rows = try await rig.senders()
            #expect(rows.count == logins.count)
            for row in rows {
                let known = model[row.account] ?? Model()
                #expect(row.messagesPerMinute == known.accepted.count { $0 > now - 60_000 })
                #expect(row.refusedLastHour == known.refused.count)
                #expect(row.networks == known.networks.count)
                let hour = known.accepted.count { $0 > now - 3_600_000 }
                let day = known.accepted.count
                switch row.plan {
                case "new": #expect((row.used, row.quantity, row.limit) == (min(day, 10), 10, "10 messages per day"))
                case "regular":
                    let uses = [(day, 100, "100 messages per day"), (hour, 500, "500 recipients per hour")]
                    let nearest = try #require(uses.max { Double($0.0) / Double($0.1) < Double($1.0) / Double($1.1) })
                    #expect((row.used, row.quantity, row.limit) == nearest)
                default: #expect((row.used, row.quantity, row.limit) == (day, 1_000, "1000 messages per day"))
                }
                #expect(row.fraction == Double(row.used) / Double(row.quantity))
                #expect(row.state == (row.used >= row.quantity ? .limited : .active))
                #expect((row.freeAgain != nil) == (row.used >= row.quantity))
                if row.used >= row.quantity, let free = row.freeAgain {
                    #expect(free == known.accepted[0] + 86_400_000)
                }
            }
        }
    }

    @Test func aLimitIsFreeAgainWhenItSaysAndNotBefore() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            for _ in 0..<10 {
                rig.send(RigMail())
                rig.clock.advance(by: 1_000)
            }
            let free = try #require(try await rig.senders("account:yamada88").first?.freeAgain)
            rig.clock.advance(by: free - rig.clock.now.wall - 1)
            #expect(rig.send(RigMail()).hasPrefix("450"))
            rig.clock.advance(by: 1)
            #expect(rig.send(RigMail()) == "DUNNO")
        }
    }

    @Test(arguments: [
        ("plan:new rate>5", ["kimura@isp.example"]), ("used>=100", ["kimura@isp.example"]),
        ("used=40", ["yamada88@isp.example"]), ("state:limited", ["kimura@isp.example"]),
        ("plan=regular", ["satou@isp.example", "suzuki@isp.example"]), ("refused>0", ["kimura@isp.example"]),
        ("networks>1", ["yamada88@isp.example"]), ("queued>0", ["suzuki@isp.example"]),
        ("age>30d account:TANABE", ["tanabe@isp.example"]), ("account:nobody", []),
    ])
    func filters(_ filter: String, _ expected: [String]) async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            for _ in 0..<11 { rig.send(RigMail(login: "kimura@isp.example")) }
            for host in 0..<4 { rig.send(RigMail(client: "203.0.\(host % 2).1")) }
            try await rig.enqueue("AAAA0001", of: "suzuki@isp.example")
            #expect(try await rig.senders(filter, sort: "account", descending: false).map(\.account) == expected)
        }
    }

    @Test func everyColumnSortsBothWaysAndPagesFitTogether() async throws {
        let people = (0..<120).map { EngineRig.login("user\($0)@isp.example", plan: $0 % 2 == 0 ? "regular" : "new") }
        try await EngineRig.run(accounts: people) { (rig) async throws -> Void in
            var random = SplitMix(seed: 5)
            for account in people { for _ in 0..<random.below(13) { rig.send(RigMail(login: account.login)) } }
            for column in ViewQuery.columns(of: .senders) {
                for descending in [true, false] {
                    let rows = try await rig.senders(sort: column, descending: descending)
                    let keys = rows.map { key(column, $0) }
                    for (one, other) in zip(keys, keys.dropFirst()) {
                        #expect(descending ? one >= other : one <= other, "\(column)")
                    }
                    var paged: [String] = []
                    for offset in stride(from: 0, to: 120, by: 50) {
                        let query = ViewQuery(
                            .senders, sort: column, descending: descending, offset: offset, limit: 50,
                            locate: rows[77].account)
                        guard case .senders(let page) = try await rig.link().view(query).content else { return }
                        #expect((page.total, page.matched, page.located) == (120, 120, 77))
                        paged += page.rows.map(\.account)
                    }
                    #expect(paged == rows.map(\.account))
                }
            }
        }
    }

    private struct Key: Comparable {
        var number = 0.0
        var text = ""

        static func < (one: Key, other: Key) -> Bool { (one.number, one.text) < (other.number, other.text) }
    }

    private func key(_ column: String, _ row: SenderRow) -> Key {
        switch column {
        case "used": Key(number: row.fraction)
        case "account": Key(text: row.account)
        case "plan": Key(text: row.plan)
        case "rate": Key(number: Double(row.messagesPerMinute))
        case "networks": Key(number: Double(row.networks))
        case "refused": Key(number: Double(row.refusedLastHour))
        case "state": Key(text: row.state.rawValue)
        case "queued": Key(number: Double(row.queued))
        default: Key()
        }
    }

    @Test(arguments: [ViewKind.senders, .sources, .carriers, .actions, .plans, .domains, .why])
    func anUnknownColumnIsAnErrorThatNamesTheNearest(_ view: ViewKind) async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            await #expect(throws: ControlError.self) { try await rig.link().view(ViewQuery(view, filter: "xyzzyx>1")) }
            if view != .why {
                await #expect(throws: ControlError.self) { try await rig.link().view(ViewQuery(view, sort: "xyzzyx")) }
            }
        }
        try await EngineRig.run { (rig) async throws -> Void in
            await #expect(
                throws: ControlError.invalidParameters(
                    "the view senders has no column \"ratee\" to sort by; did you mean \"rate\"?")
            ) { try await rig.link().view(ViewQuery(.senders, sort: "ratee")) }
        }
    }

    @Test func whatAReloadTookAwayIsShownAndBreaksNothing() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            for _ in 0..<12 { rig.send(RigMail(login: "suzuki@isp.example", recipients: ["a@docomo.ne.jp"])) }
            try await rig.enqueue("AAAA0001", of: "suzuki@isp.example")
            try await rig.perform(.limit(target: .plan(name: "regular"), limit: "20 messages per day"))
            try await rig.perform(.throttle(carrier: "docomo", perSecond: 1))
            try await rig.perform(.limit(target: .account(name: "suzuki@isp.example"), limit: "15 messages per day"))
            let new = try ConfigurationText.parse(
                "[plans.new]\nlimits = [\"10 messages per day\"]\n[accounts]\nsign_up_plan = \"new\"\n")
            rig.engine.gatehouse.withState { state, now in state.gatekeeper.replaceRulebook(new.rulebook, at: now) }
            for view in ViewKind.allCases {
                let subject: String? =
                    switch view {
                    case .account: "suzuki@isp.example"
                    case .source: "192.0.2.200"
                    case .domain: "isp.example"
                    case .carrier: "docomo"
                    case .message: "AAAA0001"
                    default: nil
                    }
                _ = try await rig.link().view(ViewQuery(view, subject: subject))
            }
            let row = try #require(try await rig.senders("account:suzuki").first)
            #expect(row.plan == "new")
            #expect(row.limit == "15 messages per day")
            #expect(row.used == 13)
        }
    }

    @Test func anActionIsSeenInTheNextFrame() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            _ = try await rig.link().view(ViewQuery(.senders))
            try await rig.perform(.suspend(account: "yamada88@isp.example", mode: .refuse))
            guard
                case .senders(let page) = try await rig.link().view(
                    ViewQuery(.senders, filter: "state:suspended")
                ).content
            else { return }
            #expect(page.rows.map(\.account) == ["yamada88@isp.example"])
        }
    }
}
