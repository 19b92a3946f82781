import ControlProtocol
import ControlTesting
import MailPolicy
import PolicyStore
import Testing

@testable import PolicyEngine

@Suite struct OrderTests {
    private let yamada = "yamada88@isp.example"

    @Test func aSuspensionActsOnTheNextRequestAndHoldsWhereItIsToldTo() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            #expect(rig.send(RigMail()) == "DUNNO")
            try await rig.perform(.suspend(account: "Yamada88@ISP.example", mode: .refuse))
            #expect(rig.send(RigMail()).hasPrefix("554 5.7.1"))
            try await rig.perform(.suspend(account: yamada, mode: .hold))
            #expect(rig.send(RigMail()).hasPrefix("HOLD"))
            try await rig.perform(.resume(account: "YAMADA88@isp.example"))
            #expect(rig.send(RigMail()) == "DUNNO")
            let targets = try await rig.audit().map(\.record.target)
            #expect(targets == Array(repeating: yamada, count: 3))
        }
    }

    @Test func aLimitReplacesTheOneOfItsKindAndKeepsTheCount() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let suzuki = "suzuki@isp.example"
            for _ in 0..<4 { rig.send(RigMail(login: suzuki)) }
            try await rig.perform(.limit(target: .account(name: suzuki), limit: "5 messages per day"))
            #expect(rig.send(RigMail(login: suzuki)) == "DUNNO")
            #expect(rig.send(RigMail(login: suzuki)).hasPrefix("450 4.7.1"))
            guard case .account(let page) = try await rig.link().view(ViewQuery(.account, subject: suzuki)).content
            else { throw RigError.notSeen(suzuki) }
            #expect(
                page.limits.map(\.limit).sorted() == ["5 messages per day", "500 recipients per hour"])
            #expect(page.limits.map(\.used) == [5, 5])
            #expect(page.limits.map(\.limitOf).sorted() == ["override by sato", "plan regular"])
        }
    }

    @Test func aLimitOfAPlanHoldsForAllOfItButThoseWithTheirOwn() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.perform(.limit(target: .account(name: "tanabe@isp.example"), limit: "3 messages per day"))
            try await rig.perform(.limit(target: .plan(name: "new"), limit: "1 message per day"))
            let passed = [yamada, "kimura@isp.example", "tanabe@isp.example", "suzuki@isp.example"].map { login in
                (0..<5).count { _ in rig.send(RigMail(login: login)) == "DUNNO" }
            }
            #expect(passed == [1, 1, 3, 5])
        }
    }

    @Test func anOverrideEndsByItself() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.perform(.suspend(account: yamada, mode: .refuse), for: 60)
            rig.clock.advance(by: 59_999)
            #expect(rig.send(RigMail()).hasPrefix("554"))
            rig.clock.advance(by: 1)
            #expect(rig.send(RigMail()) == "DUNNO")
            #expect(try await rig.actions().first?.state == .expired)
        }
    }

    @Test func blockingAndWhitelistingActOnTheNextRequest() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let mail = RigMail(
                gate: .mx, login: "", sender: "x@elsewhere.example", recipients: [yamada], client: "203.0.113.9")
            #expect(rig.send(mail) == "DUNNO")
            try await rig.perform(.block(network: "203.0.113.0/24"), for: 3_600)
            #expect(rig.send(mail).hasPrefix("554 5.7.1"))
            try await rig.perform(.whitelist(network: "203.0.113.9", carrier: "docomo"))
            #expect(rig.send(mail) == "DUNNO")
            guard case .carriers(let page) = try await rig.link().view(ViewQuery(.carriers)).content else { return }
            #expect(page.rows.first { $0.carrier == "docomo" }?.networks == ["192.0.2.0/26", "203.0.113.9"])
            try await rig.perform(.clear(network: "203.0.113.9"))
            #expect(rig.send(mail).hasPrefix("554 5.7.1"))
            #expect(await rig.refusal(.clear(network: "203.0.113.9"))?.code == ControlError.notFound("").code)
        }
    }

    @Test func anIPv6NetworkIsFoundHoweverItIsWritten() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.perform(.block(network: "2001:DB8:0:0::/32"))
            guard
                case .source(let page) = try await rig.link().view(ViewQuery(.source, subject: "2001:db8::/32"))
                    .content
            else { throw RigError.notSeen("2001:db8::/32") }
            #expect(page.row.state == .blocked)
            #expect(page.actions.map(\.verb) == ["block"])
            try await rig.perform(.clear(network: "2001:db8::/32"))
        }
    }

    @Test(arguments: [
        (OperatorAction.suspend(account: "yamada8@isp.example", mode: .refuse), "yamada88@isp.example"),
        (.suspend(account: "tanabe", mode: .refuse), "tanabe@isp.example"),
        (.resume(account: "suzkui@isp.example"), "suzuki@isp.example"),
        (.throttle(carrier: "docom", perSecond: 1), "docomo"),
        (.limit(target: .plan(name: "regula"), limit: "1 message per day"), "regular"),
        (.whitelist(network: "192.0.2.1", carrier: "docono"), "docomo"),
    ])
    func aMistypedNameIsToldWithTheNearest(_ action: OperatorAction, _ nearest: String) async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let error = await rig.refusal(action)
            #expect(error?.code == ControlError.notFound("").code)
            #expect(error?.message.contains("did you mean \"\(nearest)\"?") == true)
            #expect(try await rig.audit().isEmpty)
        }
    }

    @Test func aNetworkWithBitsAfterItsPrefixIsRefused() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            for text in ["203.0.113.9/24", "203.0.113.0/33", "2001:db8::1/32", "yamada88", ""] {
                #expect(await rig.refusal(.block(network: text))?.code == ControlError.invalidParameters("").code)
            }
        }
    }

    @Test(arguments: ["", "  ", String(repeating: "x", count: 501), "two\nlines", "bell\u{7}"])
    func aReasonIsNeededAndBounded(_ reason: String) async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let error = await rig.refusal(.suspend(account: yamada, mode: .refuse), reason: reason)
            #expect(error?.code == ControlError.invalidParameters("").code)
            #expect(rig.send(RigMail()) == "DUNNO")
        }
    }

    @Test func everyRefusalIsInTheAuditLogWithWhoTried() async throws {
        let actions: [(OperatorAction, Role)] = [
            (.suspend(account: yamada, mode: .refuse), .abuse), (.resume(account: yamada), .abuse),
            (.contain(account: yamada), .abuse), (.block(network: "203.0.113.9"), .abuse),
            (.clear(network: "203.0.113.9"), .abuse), (.undo(number: 1), .abuse),
            (.queue(operation: .delete, selection: .account(name: yamada)), .abuse),
            (.limit(target: .plan(name: "new"), limit: "1 message per day"), .oncall),
            (.throttle(carrier: "docomo", perSecond: 1), .oncall),
            (.whitelist(network: "203.0.113.9", carrier: nil), .oncall),
        ]
        try await EngineRig.run { (rig) async throws -> Void in
            for (action, least) in actions {
                for role in [nil, Role.viewer, .abuse, .oncall, .admin] {
                    let isAllowed = role.map { $0 >= least } ?? false
                    let name = "\(action.verb)-\(role?.rawValue ?? "none")"
                    let error: ControlError? =
                        await {
                            do {
                                try await rig.perform(action, by: name, role)
                                return nil
                            } catch { return error as? ControlError }
                        }()
                    let isForbidden = error?.code == ControlError.forbidden("").code
                    #expect(isForbidden == !isAllowed, "\(name): \(String(describing: error))")
                    let refusals = try await rig.audit().filter {
                        $0.record.actor == name && $0.record.outcome == .refused
                    }
                    #expect(refusals.map(\.record.verb) == (isAllowed ? [] : [action.verb]))
                }
            }
        }
    }

    @Test func rootIsAdminAndOthersGoByTheirGroups() async throws {
        let rules =
            EngineRig.rules + "\n[control.roles]\nviewer = [\"staff\"]\nabuse = [\"abuse\"]\nadmin = [\"wheel\"]\n"
        try await EngineRig.run(rules) { (rig) async throws -> Void in
            func role(_ user: UInt32, _ groups: [String]) -> Role? {
                rig.engine.role(
                    of: ControlPeer(userID: user, groupID: 100, processID: 1, login: "someone", groups: groups))
            }
            #expect(role(0, []) == .admin)
            #expect(role(1_000, []) == nil)
            #expect(role(1_000, ["staff", "users"]) == .viewer)
            #expect(role(1_000, ["staff", "abuse"]) == .abuse)
            #expect(role(1_000, ["wheel", "staff"]) == .admin)
        }
    }

    @Test func whoReplacesTheSameAtTheSameTimeLeavesOneInForce() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for quantity in 1...20 {
                    group.addTask {
                        try await rig.perform(
                            .limit(target: .account(name: yamada), limit: "\(quantity) messages per day"),
                            by: "operator\(quantity)")
                    }
                }
                try await group.waitForAll()
            }
            let inForce = try await rig.engine.desk.onStore { try $0.overridesInForce(now: rig.clock.now.wall) }
            let row = try #require(try await rig.senders("account=\(yamada)").first)
            #expect(inForce.count == 1)
            #expect(row.overrides.map(\.id) == inForce.map(\.id))
            #expect(row.limit == inForce.first?.record.value)
        }
    }
}
