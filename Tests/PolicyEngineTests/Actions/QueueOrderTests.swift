import ControlProtocol
import ControlTesting
import Testing

@testable import PolicyEngine

@Suite struct QueueOrderTests {
    private let yamada = "yamada88@isp.example"

    private func fill(_ rig: EngineRig) async throws {
        try await rig.enqueue("AAAA0001", of: yamada)
        try await rig.enqueue("AAAA0002", of: yamada, to: ["a@au.com", "b@au.com"])
        try await rig.enqueue("AAAA0003", of: yamada, in: .hold)
        try await rig.enqueue("AAAA0004", of: "tanabe@isp.example", to: ["c@au.com"], in: .active)
    }

    private func names(_ rig: EngineRig) -> [QueueName?] {
        ["AAAA0001", "AAAA0002", "AAAA0003", "AAAA0004"].map(rig.queueName)
    }

    @Test(arguments: [
        (QueueOperation.hold, QueueSelection.account(name: "YAMADA88@isp.example"), 2),
        (.hold, .filter(text: "carrier:au"), 2), (.hold, .messages(ids: ["AAAA0001", "demo/AAAA0004"]), 2),
        (.release, .account(name: "yamada88@isp.example"), 1), (.release, .filter(text: "size>=0"), 1),
        (.delete, .account(name: "yamada88@isp.example"), 3), (.delete, .filter(text: "state:hold"), 1),
        (.flush, .filter(text: "size>=0"), 2), (.requeue, .account(name: "yamada88@isp.example"), 3),
    ])
    func thePreviewCountsExactlyWhatIsDone(
        _ operation: QueueOperation, _ selection: QueueSelection, _ expected: Int
    ) async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await fill(rig)
            let preview = try await rig.link().preview(.queue(operation: operation, selection: selection))
            #expect(preview.affected == expected)
            #expect(preview.facts.first?.text.hasPrefix("\(expected) message") == true)
            let receipt = try await rig.perform(.queue(operation: operation, selection: selection))
            #expect(receipt.affected == expected)
            #expect(receipt.notDone.isEmpty)
            #expect(try await rig.audit().first?.record.verb == operation.rawValue)
        }
    }

    @Test func operationsActOnTheQueueAtOnce() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await fill(rig)
            try await rig.perform(.queue(operation: .hold, selection: .account(name: yamada)))
            #expect(names(rig) == [.hold, .hold, .hold, .active])
            try await rig.perform(.queue(operation: .release, selection: .messages(ids: ["AAAA0002"])))
            #expect(names(rig) == [.hold, .deferred, .hold, .active])
            try await rig.perform(.queue(operation: .delete, selection: .filter(text: "state:hold")))
            #expect(names(rig) == [nil, .deferred, nil, .active])
        }
    }

    @Test func whatIsDoneAlreadyIsToldAndNotCounted() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await fill(rig)
            let preview = try await rig.link().preview(.queue(operation: .hold, selection: .account(name: yamada)))
            #expect(preview.warnings.contains("1 message is on hold already, and left alone"))
            try await rig.perform(.queue(operation: .hold, selection: .account(name: yamada)))
            #expect(
                await rig.refusal(.queue(operation: .hold, selection: .account(name: yamada)))
                    == .failed("nothing to hold: 3 messages are on hold already"))
            #expect(
                await rig.refusal(.queue(operation: .release, selection: .messages(ids: ["AAAA0004"])))
                    == .failed("nothing to release: 1 message is not on hold"))
        }
    }

    @Test func aSelectionThatMatchesNothingChangesNothing() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await fill(rig)
            for selection in [
                QueueSelection.account(name: "kimura@isp.example"), .filter(text: "size>1G"), .filter(text: " "),
                .messages(ids: ["AAAA9999"]), .messages(ids: []),
            ] {
                #expect(await rig.refusal(.queue(operation: .delete, selection: selection)) != nil)
            }
            #expect(names(rig) == [.deferred, .deferred, .hold, .active])
            #expect(try await rig.audit().isEmpty)
        }
    }

    @Test func containmentSuspendsAlsoWhoHasNothingQueued() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            try await rig.perform(.contain(account: yamada))
            #expect(rig.send(RigMail()).hasPrefix("554"))
            #expect(try await rig.audit().map(\.record.verb) == ["contain"])
        }
    }
}
