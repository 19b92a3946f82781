import ControlProtocol
import ControlTesting
import Testing

@testable import PolicyEngine

@Suite struct SubscriptionTests {
    @Test func aSubscriptionEndsWithAnErrorWhenTheEngineStops() async throws {
        let stream = try await EngineRig.run { rig in try await rig.link().subscribe(ViewQuery(.senders)) }
        var frames = 0
        do {
            for try await _ in stream { frames += 1 }
            Issue.record("the stream ended without an error")
        } catch {
            #expect(error as? ControlError == .unreachable("the engine has stopped"))
        }
        #expect(frames <= 1)
    }

    @Test func anEngineThatHasStoppedAnswersNobody() async throws {
        let link = try await EngineRig.run { rig in rig.link() }
        await #expect(throws: Subscriptions.ended) { try await link.view(ViewQuery(.senders)) }
        await #expect(throws: Subscriptions.ended) { try await link.subscribe(ViewQuery(.senders)) }
        await #expect(throws: Subscriptions.ended) { try await link.preview(.undo(number: 1)) }
        await #expect(throws: Subscriptions.ended) {
            try await link.perform(Order(action: .undo(number: 1), reason: "late", seconds: nil))
        }
    }

    @Test func aSlowReaderGetsTheNewestFrameAlone() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            var frames = try await rig.link().subscribe(ViewQuery(.senders)).makeAsyncIterator()
            _ = try await frames.next()
            try await rig.perform(.suspend(account: "yamada88@isp.example", mode: .refuse))
            // Frames go on being made while nobody reads.
            try await Task.sleep(for: .milliseconds(1_600))
            guard let frame = try await frames.next(), case .senders(let page) = frame.content else { return }
            #expect(page.rows.first { $0.state == .suspended } != nil)
        }
    }

    @Test func whatIsWrongWithTheQueryIsToldAtOnce() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            await #expect(throws: ControlError.self) {
                try await rig.link().subscribe(ViewQuery(.senders, filter: "nothing>1"))
            }
            await #expect(throws: ControlError.self) { try await rig.link("x", nil).subscribe(ViewQuery(.senders)) }
        }
    }

    @Test func actionsAndViewsAreTheSameOverTheControlSocket() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let link = SocketEngineLink(path: rig.folder.file("control.sock"))
            let receipt = try await link.perform(
                Order(
                    action: .limit(target: .account(name: "yamada88@isp.example"), limit: "20 messages per day"),
                    reason: "ticket 4412", seconds: 3_600))
            #expect(receipt.affected == 1)
            guard case .senders(let page) = try await link.view(ViewQuery(.senders, filter: "account:yamada")).content
            else { return }
            #expect(page.rows.map(\.limit) == ["20 messages per day"])
            _ = try await link.perform(Order(action: .undo(number: receipt.number), reason: "mistake", seconds: nil))
            #expect(try await rig.actions().first { $0.number == receipt.number }?.state == .undone)
        }
    }
}
