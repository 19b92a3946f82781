import ControlProtocol
import ControlTesting
import MailPolicy
import Testing

@testable import PolicyEngine

@Suite struct UndoTests {
    private let yamada = "yamada88@isp.example"

    private func limit(_ rig: EngineRig) async throws -> String? {
        try await rig.senders("account=\(yamada)").first?.limit
    }

    private func set(_ quantity: Int) -> OperatorAction {
        .limit(target: .account(name: yamada), limit: "\(quantity) messages per day")
    }

    @Test func undoingAChangeBringsBackWhatItReplacedAndThatCanBeUndoneToo() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let twenty = try await rig.perform(set(20))
            let thirty = try await rig.perform(set(30))
            #expect(try await limit(rig) == "30 messages per day")
            try await rig.perform(.undo(number: thirty.number))
            #expect(try await limit(rig) == "20 messages per day")
            #expect(try await rig.actions().first { $0.number == twenty.number }?.state == .active)
            try await rig.perform(.undo(number: twenty.number))
            #expect(try await limit(rig) == "10 messages per day")
        }
    }

    @Test func whatHasRunOutIsNotBroughtBack() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.perform(set(20), for: 60)
            let thirty = try await rig.perform(set(30))
            rig.clock.advance(by: 61_000)
            try await rig.perform(.undo(number: thirty.number))
            #expect(try await limit(rig) == "10 messages per day")
        }
    }

    @Test func whatWasReplacedCannotBeUndoneBeforeItsReplacement() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let twenty = try await rig.perform(set(20))
            try await rig.perform(set(30))
            let error = await rig.refusal(.undo(number: twenty.number))
            #expect(error?.message.contains("no longer in force") == true)
            #expect(try await limit(rig) == "30 messages per day")
        }
    }

    @Test func undoingTwiceIsRefusedByName() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let first = try await rig.perform(.suspend(account: yamada, mode: .refuse))
            let undo = try await rig.perform(.undo(number: first.number))
            let error = await rig.refusal(.undo(number: first.number))
            #expect(error == .failed("#\(first.number) was undone by #\(undo.number) already"))
        }
    }

    @Test func whatCannotBeUndoneSaysSo() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.enqueue("AAAA0001", of: yamada)
            let delete = try await rig.perform(.queue(operation: .delete, selection: .account(name: yamada)))
            let suspend = try await rig.perform(.suspend(account: yamada, mode: .refuse))
            let undo = try await rig.perform(.undo(number: suspend.number))
            _ = await rig.refusal(.suspend(account: yamada, mode: .refuse), .viewer)
            let refused = try #require(try await rig.audit().first).number
            #expect(
                await rig.refusal(.undo(number: delete.number))
                    == .failed("#\(delete.number), delete, cannot be undone: the mail is gone"))
            #expect(
                await rig.refusal(.undo(number: undo.number))
                    == .failed("#\(undo.number), undo, cannot be undone; give the order anew"))
            #expect(
                await rig.refusal(.undo(number: refused))
                    == .failed("#\(refused) was refused, so there is nothing to undo"))
            #expect(await rig.refusal(.undo(number: 9_999)) == .notFound("the audit log has no entry #9999"))
        }
    }

    @Test func undoingAResumptionSuspendsAgainForTheRestOfTheTime() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.perform(.suspend(account: yamada, mode: .hold), for: 3_600, by: "tanaka")
            let resume = try await rig.perform(.resume(account: yamada))
            #expect(try await rig.senders("account=\(yamada)").first?.state == .active)
            try await rig.perform(.undo(number: resume.number))
            let row = try #require(try await rig.senders("account=\(yamada)").first)
            #expect(row.state == .held)
            #expect(row.overrides.first?.actor == "tanaka")
            #expect(row.overrides.first?.expires == RigClock.noon + 3_600_000)
        }
    }

    @Test func anOlderDecisionDoesNotPushANewerOneAside() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.perform(.suspend(account: yamada, mode: .hold))
            let resume = try await rig.perform(.resume(account: yamada))
            try await rig.perform(.suspend(account: yamada, mode: .refuse), reason: "again", by: "tanaka")
            let error = await rig.refusal(.undo(number: resume.number))
            #expect(error?.message.contains("tanaka has set refused for \(yamada) since") == true)
            #expect(try await rig.senders("account=\(yamada)").first?.state == .suspended)
        }
    }

    @Test func undoingAContainmentAlsoReleasesWhatItHeld() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.enqueue("AAAA0001", of: yamada)
            try await rig.enqueue("AAAA0002", of: yamada, in: .hold)
            try await rig.enqueue("AAAA0003", of: "tanabe@isp.example")
            let contain = try await rig.perform(.contain(account: yamada))
            #expect(contain.affected == 2)
            #expect(rig.queueName(of: "AAAA0001") == .hold)
            #expect(rig.queueName(of: "AAAA0003") == .deferred)
            let preview = try await rig.link().preview(.undo(number: contain.number))
            #expect(preview.facts.map(\.text).contains("release 1 message"))
            let undo = try await rig.perform(.undo(number: contain.number))
            #expect(undo.summary.contains("release 1 message"))
            #expect(rig.queueName(of: "AAAA0001") == .deferred)
            // It was held before, by somebody else.
            #expect(rig.queueName(of: "AAAA0002") == .hold)
            #expect(try await rig.senders("account=\(yamada)").first?.state == .active)
            let states = try await rig.actions().filter { ["contain", "hold"].contains($0.verb) }.map(\.state)
            #expect(states == [.undone, .undone])
        }
    }

    @Test func whatAContainmentHeldAndSomebodyReleasedIsLeftAlone() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.enqueue("AAAA0001", of: yamada)
            let contain = try await rig.perform(.contain(account: yamada))
            let hold = try #require(try await rig.actions().first { $0.verb == "hold" })
            try await rig.perform(.undo(number: hold.number))
            let undo = try await rig.perform(.undo(number: contain.number))
            #expect(!undo.summary.contains("release"))
        }
    }

    @Test func undoingAHoldTellsWhatIsGone() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.enqueue("AAAA0001", of: yamada)
            try await rig.enqueue("AAAA0002", of: yamada)
            let hold = try await rig.perform(.queue(operation: .hold, selection: .account(name: yamada)))
            #expect(hold.affected == 2)
            try await rig.perform(.queue(operation: .delete, selection: .messages(ids: ["AAAA0001"])))
            let undo = try await rig.perform(.undo(number: hold.number))
            #expect(undo.affected == 1)
            #expect(undo.notDone == ["1 message is no longer in the queue"])
            #expect(rig.queueName(of: "AAAA0002") == .deferred)
        }
    }

    @Test func undoingNeedsTheRoleThatDoingNeeds() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let limit = try await rig.perform(set(20))
            #expect(try await rig.link().preview(.undo(number: limit.number)).requiredRole == .oncall)
            #expect(await rig.refusal(.undo(number: limit.number), .abuse)?.code == ControlError.forbidden("").code)
            try await rig.perform(.undo(number: limit.number), .oncall)
        }
    }
}
