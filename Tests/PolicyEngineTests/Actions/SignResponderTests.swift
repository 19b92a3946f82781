import ControlProtocol
import ControlTesting
import Testing

@testable import PolicyEngine

@Suite struct SignResponderTests {
    private let yamada = "yamada88@isp.example"
    private static let rules = EngineRig.rules.replacing(
        "networks_per_hour = 4",
        with: "networks_per_hour = 4\nunknown_recipients_per_hour = 3\nresponse = \"suspend\"\nsuspend_for = \"6h\"")

    /// Sends from more networks than a person has.
    private func roam(_ rig: EngineRig) {
        for host in 1...5 { rig.send(RigMail(client: "203.0.\(host).1")) }
    }

    /// A second sign, of another kind.
    private func guess(_ rig: EngineRig) {
        rig.send(RigMail(recipients: (1...6).map { "nobody\($0)@isp.example" }))
    }

    private func row(_ rig: EngineRig) async throws -> SenderRow {
        guard let row = try await rig.senders("account=\(yamada)").first else { throw RigError.notSeen(yamada) }
        return row
    }

    private func isSuspended(_ rig: EngineRig) async throws -> Bool {
        try await eventually { try await row(rig).state == .suspended }
    }

    /// Whether the rule has had its look, and has left the account alone.
    private func isLeftAlone(_ rig: EngineRig) async throws -> Bool {
        // Another account's suspension comes after it, since one store thread does all.
        for host in 1...5 { rig.send(RigMail(login: "tanabe@isp.example", client: "203.1.\(host).1")) }
        guard
            try await eventually({
                try await rig.senders("account=tanabe@isp.example").first?.state == .suspended
            })
        else { return false }
        return try await row(rig).state != .suspended
    }

    @Test func itSuspendsInItsOwnNameWithItsEvidenceAndForItsTime() async throws {
        try await EngineRig.run(Self.rules) { (rig) async throws -> Void in
            roam(rig)
            #expect(try await isSuspended(rig))
            let badge = try #require(try await row(rig).overrides.first)
            #expect(badge.actor == "rule:signs")
            #expect(badge.reason.contains("networks in the last hour"))
            #expect(badge.expires == RigClock.noon + 6 * 3_600_000)
            let entry = try #require(try await rig.audit().first)
            #expect(entry.record.actor == "rule:signs")
            #expect(entry.record.uid == nil)
        }
    }

    @Test func anOperatorsUndoHoldsAgainstMoreOfTheSameAndOthers() async throws {
        try await EngineRig.run(Self.rules) { (rig) async throws -> Void in
            roam(rig)
            #expect(try await isSuspended(rig))
            let number = try #require(try await rig.audit().first).number
            try await rig.perform(.undo(number: number))
            // Within the plan's limit: what is put off is no sign.
            guess(rig)
            roam(rig)
            #expect(try await isLeftAlone(rig))
            #expect(try await row(rig).marks.count == 2)
        }
    }

    @Test func anOperatorsResumptionHoldsForAsLongAsTheSuspensionWouldHave() async throws {
        try await EngineRig.run(Self.rules) { (rig) async throws -> Void in
            roam(rig)
            #expect(try await isSuspended(rig))
            try await rig.perform(.resume(account: yamada))
            rig.clock.advance(by: 3 * 3_600_000)
            roam(rig)
            #expect(try await isLeftAlone(rig))
            rig.clock.advance(by: 4 * 3_600_000)
            roam(rig)
            #expect(try await isSuspended(rig))
        }
    }

    @Test func anOperatorsSuspensionIsNotReplaced() async throws {
        try await EngineRig.run(Self.rules) { (rig) async throws -> Void in
            try await rig.perform(.suspend(account: yamada, mode: .hold), for: 60)
            roam(rig)
            for host in 1...5 { rig.send(RigMail(login: "tanabe@isp.example", client: "203.1.\(host).1")) }
            #expect(
                try await eventually {
                    try await rig.senders("account=tanabe@isp.example").first?.state == .suspended
                })
            #expect(try await row(rig).overrides.map(\.actor) == ["sato"])
            #expect(try await row(rig).state == .held)
        }
    }

    @Test func aMarkAloneSuspendsNobody() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            roam(rig)
            #expect(try await eventually { try await !row(rig).marks.isEmpty })
            #expect(try await row(rig).state == .active)
            #expect(try await rig.audit().isEmpty)
        }
    }
}
