import ControlProtocol
import ControlTesting
import MailPolicy
import Testing

@testable import PolicyEngine

@Suite struct PreviewTests {
    private let yamada = "yamada88@isp.example"

    private func fact(_ preview: Preview, _ label: String) -> String? {
        preview.facts.first { $0.label == label }?.text
    }

    @Test func aPlanLimitCountsThoseThatItStopsAndNoOthers() async throws {
        let people = (0..<300).map { EngineRig.login("user\($0)@isp.example", plan: $0 % 3 == 0 ? "regular" : "new") }
        try await EngineRig.run(accounts: people) { (rig) async throws -> Void in
            var random = SplitMix(seed: 3)
            for account in people { for _ in 0..<random.below(13) { rig.send(RigMail(login: account.login)) } }
            try await rig.perform(.limit(target: .account(name: people[1].login), limit: "100 messages per day"))
            for quantity in [0, 3, 8, 10, 20] {
                let action = OperatorAction.limit(target: .plan(name: "new"), limit: "\(quantity) messages per day")
                let preview = try await rig.link().preview(action)
                let before = try await passing(rig, people)
                let receipt = try await rig.perform(action)
                let after = try await passing(rig, people)
                let over = try await rig.senders("plan:new").filter { $0.used >= $0.quantity }.count
                try await rig.perform(.undo(number: receipt.number))
                let stopped = before.subtracting(after).count
                #expect(fact(preview, "Over")?.hasPrefix("\(over) account") == true)
                #expect(
                    preview.warnings
                        == (stopped == 0
                            ? []
                            : [
                                "mail of \(stopped) account\(stopped == 1 ? "" : "s") will be refused from the next message on"
                            ]))
                #expect(preview.affected == 200)
                #expect(fact(preview, "Not hit") == "1 account with a limit of their own")
            }
        }
    }

    /// Accounts whose next message would pass.
    private func passing(_ rig: EngineRig, _ people: [DirectoryAccount]) async throws -> Set<String> {
        var passing: Set<String> = []
        for account in people {
            var connection = Connection()
            var mail = RigMail(login: account.login)
            // What was asked before gets the answer that it got.
            mail.instance = rig.newInstance()
            // Ended before its message is, so it counts nothing.
            if rig.ask(rig.text(of: mail, .rcpt, recipient: "a@elsewhere.example"), on: &connection) == "DUNNO" {
                passing.insert(account.login)
            }
            rig.engine.gatehouse.end(&connection)
        }
        return passing
    }

    @Test func aBlockCountsTheAddressesAndAccountsInIt() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            for host in 1...5 {
                rig.send(
                    RigMail(
                        gate: .mx, login: "", sender: "x@y.example", recipients: ["nobody\(host)@isp.example"],
                        client: "203.0.113.\(host)"))
            }
            rig.send(RigMail(client: "203.0.113.200"))
            rig.send(RigMail(login: "suzuki@isp.example", client: "203.0.113.200"))
            rig.send(RigMail(client: "203.0.114.1"))
            let preview = try await rig.link().preview(.block(network: "203.0.113.0/24"))
            #expect(preview.affected == 6)
            #expect(fact(preview, "Sources") == "6 addresses seen in it")
            #expect(fact(preview, "Last hour") == "7 passed, 0 refused, score 5")
            #expect(
                preview.warnings == [
                    "2 accounts submitted from it in the last hour; submission is not blocked"
                ])
            let inside = try await rig.link().preview(.block(network: "198.51.100.7"))
            #expect(inside.warnings == ["it lies in the whitelisted 198.51.100.0/24"])
            try await rig.perform(.whitelist(network: "203.0.113.5", carrier: nil))
            let around = try await rig.link().preview(.block(network: "203.0.113.0/24"))
            #expect(around.warnings.contains("203.0.113.5 in it stays whitelisted, since the more specific rule wins"))
            let large = try await rig.link().preview(.block(network: "203.0.0.0/12"))
            #expect(large.warnings.contains("203.0.0.0/12 is a very large network"))
        }
    }

    @Test func whatIsReplacedIsToldWhateverItIs() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let pairs: [(OperatorAction, String)] = [
                (.suspend(account: yamada, mode: .hold), "held"), (.throttle(carrier: "au", perSecond: 2), "2/s"),
                (.limit(target: .account(name: yamada), limit: "20 messages per day"), "20 messages per day"),
                (.limit(target: .plan(name: "new"), limit: "20 messages per day"), "20 messages per day"),
                (.block(network: "203.0.113.0/24"), "blocked"),
                (.whitelist(network: "203.0.113.9", carrier: "au"), "whitelisted for au"),
            ]
            for (action, effect) in pairs {
                let text = "already \(effect) by sato: \"ticket 4411\"; this replaces it"
                #expect(try await rig.link().preview(action).warnings.contains(text) == false)
                try await rig.perform(action)
                #expect(try await rig.link().preview(action).warnings.contains(text))
            }
        }
    }

    @Test func aSuspensionTellsWhatItStops() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.enqueue("AAAA0001", of: yamada)
            for host in 1...3 { rig.send(RigMail(client: "203.0.\(host).1")) }
            let preview = try await rig.link().preview(.contain(account: "YAMADA88@isp.example"))
            #expect(preview.title == "Contain \(yamada)")
            #expect(fact(preview, "Stops") == "4 messages a minute from 4 networks")
            #expect(fact(preview, "Queue") == "1 message to 1 recipient, all will be held")
            #expect(fact(preview, "Account") == "plan new, 4 of 10 messages per day, 0 refused in the last hour")
            rig.clock.advance(by: 60_000)
            let later = try await rig.link().preview(.suspend(account: yamada, mode: .refuse))
            #expect(fact(later, "Stops") == "0 messages a minute from 4 networks")
        }
    }

    @Test func thePreviewChangesNothingAndNeedsTheRoleToLookAlone() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let viewer = rig.link("mori", .viewer)
            let preview = try await viewer.preview(.suspend(account: yamada, mode: .refuse))
            #expect(preview.requiredRole == .abuse)
            #expect(rig.send(RigMail()) == "DUNNO")
            #expect(try await rig.audit().isEmpty)
            await #expect(throws: ControlError.self) { try await rig.link("nobody", nil).preview(.undo(number: 1)) }
        }
    }

    @Test func theCommandLeavesTheReasonToTheOperator() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let action = OperatorAction.suspend(account: yamada, mode: .hold)
            #expect(try await rig.link().preview(action).command == "sekisho suspend \(yamada) --hold")
        }
    }
}
