import ControlProtocol
import ControlTesting
import NIOPosix
import PostfixProtocols
import Testing

@testable import PolicyEngine

@Suite struct DemoQueueTests {
    private let clock = RigClock()

    private func queue(_ name: QueueName = .deferred) -> DemoQueue {
        let queue = DemoQueue(clock: clock.clock)
        let open = [(address: "a@docomo.ne.jp", reason: nil as String?)]
        queue.add(
            QueuedMessage(
                instance: DemoQueue.instance, queueID: "AAAA0001", queue: name, arrival: clock.now.wall, size: 10,
                sender: "x@isp.example", recipients: QueuedRecipients(open)), to: open,
            nextTry: clock.now.wall + 60_000)
        queue.publish()
        return queue
    }

    private func perform(_ operation: QueueOperation, _ queue: DemoQueue) async -> QueueOutcome {
        await queue.perform(operation, on: queue.newest.messages.indices.map { queue.newest.messages[$0] })
    }

    private func name(_ queue: DemoQueue) -> QueueName? {
        queue.newest.messages.indices.first.map { queue.newest.messages.queue(at: $0) }
    }

    @Test func whatIsHeldIsNotTriedUntilItIsReleased() async {
        let queue = queue()
        #expect(await perform(.hold, queue).done == 1)
        clock.advance(by: 120_000)
        #expect(queue.takeDue(limit: 10).isEmpty)
        #expect(await perform(.flush, queue).failed == 1)
        #expect(await perform(.hold, queue).failed == 1)
        #expect(await perform(.release, queue).done == 1)
        #expect(queue.takeDue(limit: 10).count == 1)
    }

    @Test(arguments: [QueueOperation.flush, .requeue]) func whatIsFlushedIsTriedAtOnce(_ operation: QueueOperation)
        async
    {
        let queue = queue()
        #expect(queue.takeDue(limit: 10).isEmpty)
        #expect(await perform(operation, queue).done == 1)
        #expect(queue.takeDue(limit: 10).count == 1)
    }

    @Test func whatIsHeldWhileItIsTriedStaysOnHold() async {
        let queue = queue()
        clock.advance(by: 60_000)
        #expect(queue.takeDue(limit: 10).count == 1)
        queue.publish()
        #expect(name(queue) == .active)
        #expect(await perform(.hold, queue).done == 1)
        queue.settle("AAAA0001", open: [("a@docomo.ne.jp", "timed out")], nextTry: clock.now.wall)
        queue.publish()
        #expect(name(queue) == .hold)
        #expect(queue.takeDue(limit: 10).isEmpty)
    }

    @Test func whatIsDeletedWhileItIsTriedDoesNotComeBack() async {
        let queue = queue()
        clock.advance(by: 60_000)
        #expect(queue.takeDue(limit: 10).count == 1)
        #expect(await perform(.delete, queue).done == 1)
        queue.settle("AAAA0001", open: [("a@docomo.ne.jp", "timed out")], nextTry: clock.now.wall)
        queue.publish()
        #expect(name(queue) == nil)
        #expect(await perform(.delete, queue) == QueueOutcome())
    }

    @Test func whatIsDeliveredLeavesTheQueue() {
        let queue = queue()
        clock.advance(by: 60_000)
        #expect(queue.takeDue(limit: 10).count == 1)
        #expect(queue.takeDue(limit: 10).isEmpty)
        queue.settle("AAAA0001", open: [], nextTry: 0)
        queue.publish()
        #expect(name(queue) == nil)
    }

    // MARK: What Postfix asks

    private func request(_ state: PolicyRequest.ProtocolState, to recipient: String, count: Int = 0) throws
        -> ReadRequest
    {
        var text = PolicyRequestText()
        text.policyContext = "submission"
        text.protocolState = state
        text.recipient = recipient
        text.recipientCount = count
        text.instance = "7.1.0"
        text.queueID = "AAAA0002"
        text.sender = "x@isp.example"
        return try #require(ReadRequest(text.encoded))
    }

    private func postfix(_ queue: DemoQueue) -> DemoPostfix {
        DemoPostfix(
            queue: queue, socket: "/nowhere", group: MultiThreadedEventLoopGroup.singleton, clock: clock.clock, seed: 1)
    }

    @Test func nothingMoreIsAskedOfAMessageWhoseRecipientsWereAllRefused() throws {
        let postfix = postfix(queue())
        postfix.note("450 4.7.1 later", try request(.rcpt, to: "a@x.example"))
        #expect(postfix.prepared(try request(.data, to: "a@x.example", count: 1)) == nil)
        #expect(postfix.prepared(try request(.endOfMessage, to: "a@x.example", count: 1)) == nil)
    }

    @Test func aMessageThatLostRecipientsGoesOnWithTheOthers() throws {
        let queue = queue()
        let postfix = postfix(queue)
        postfix.note("DUNNO", try request(.rcpt, to: "a@x.example"))
        postfix.note("450 4.7.1 later", try request(.rcpt, to: "b@x.example"))
        let end = try #require(postfix.prepared(try request(.endOfMessage, to: "", count: 2)))
        #expect(end.parsed.recipientCount == 1)
        #expect(end.text(\.recipient) == "a@x.example")
        #expect(end.text(\.sender) == "x@isp.example")
        postfix.note("DUNNO", end)
        queue.publish()
        #expect(queue.newest.messages.indices.map { queue.newest.messages[$0].queueID }.contains("AAAA0002"))
    }

    @Test func aConnectionThatTheEngineClosedIsAnErrorAndNotAWait() async throws {
        try await EngineRig.run { (rig) async throws -> Void in
            let client = try await PolicyClient.connect(
                to: rig.folder.file("policy"), on: MultiThreadedEventLoopGroup.singleton)
            client.close()
            _ = try await eventually { try await rig.link().view(ViewQuery(.plans)).status.mode == "serve" }
            await #expect(throws: PolicyClient.ClosedError.self) {
                try await client.ask(try request(.rcpt, to: "a@x.example").bytes)
            }
        }
    }
}
