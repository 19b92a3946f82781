import ControlProtocol
import Testing

@testable import PolicyEngine

@Suite struct FlushRunnerTests {
    private func runner(_ fake: FakeCommand) -> FlushRunner {
        FlushRunner(
            instance: PostfixInstance(name: "mx1", configurationDirectory: "/etc/postfix-mx1"),
            settings: PostfixQueueSettings(instances: [], postqueue: [fake.path]))
    }

    private func message(_ id: String, _ queue: QueueName = .deferred) -> QueuedMessage {
        QueuedMessage(
            instance: "mx1", queueID: id, queue: queue, arrival: 0, size: 1, sender: "",
            recipients: QueuedRecipients([("b@docomo.ne.jp", nil)]))
    }

    @Test func someMessagesAreFlushedOneByOne() async throws {
        let fake = try FakeCommand(#"echo "$*" >>$here/calls"#)
        let outcome = await runner(fake).run(
            on: [message("4jZ2Cn6sd0z2NG95"), message("4jZ2Cn6vxZz2NG91")], ofDeferred: 9)
        #expect(outcome == QueueOutcome(done: 2))
        #expect(
            fake.lines(of: "calls")
                == ["-c /etc/postfix-mx1 -i 4jZ2Cn6sd0z2NG95", "-c /etc/postfix-mx1 -i 4jZ2Cn6vxZz2NG91"])
    }

    @Test func allDeferredMessagesAreOneFlush() async throws {
        let fake = try FakeCommand(#"echo "$*" >>$here/calls"#)
        let outcome = await runner(fake).run(
            on: [message("4jZ2Cn6sd0z2NG95"), message("4jZ2Cn6vxZz2NG91")], ofDeferred: 2)
        #expect(outcome == QueueOutcome(done: 2))
        #expect(fake.lines(of: "calls") == ["-c /etc/postfix-mx1 -f"])
    }

    @Test func heldAndActiveMailIsLeftOutWithTheReason() async throws {
        let fake = try FakeCommand(#"echo "$*" >>$here/calls"#)
        let outcome = await runner(fake).run(
            on: [message("4jZ2Cn6sd0z2NG95", .hold), message("4jZ2Cn6vxZz2NG91", .active), message("$(id)")],
            ofDeferred: 1)
        #expect(outcome.done == 0)
        #expect(
            outcome.notDone == [
                "mx1/4jZ2Cn6sd0z2NG95: is on hold: release it first",
                "mx1/4jZ2Cn6vxZz2NG91: is on its way already", "mx1/$(id): not a queue ID of Postfix",
            ])
        #expect(fake.text(of: "calls") == nil)
    }

    @Test func oneFailureStopsTheRest() async throws {
        let fake = try FakeCommand("echo x >>$here/calls; echo 'fatal: Cannot flush mail queue' >&2; exit 69")
        let messages = (0..<5).map { message("4jZ2Cn6sd0z2NG9\($0)") }
        let outcome = await runner(fake).run(on: messages, ofDeferred: 9)
        #expect(outcome.failed == 5)
        #expect(fake.lines(of: "calls").count == 1)
    }
}
