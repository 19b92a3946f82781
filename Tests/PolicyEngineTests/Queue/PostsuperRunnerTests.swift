import ControlProtocol
import Foundation
import Testing

@testable import PolicyEngine

@Suite struct PostsuperRunnerTests {
    private let now: EpochMilliseconds = 1_795_571_200_000

    /// Says what postsuper 3.7.11 says for each ID but those in the file `gone`.
    private static let obedient = #"""
        echo "$*" >>$here/calls
        cat >$here/input.$$
        case "$3" in
        -h) said='placed on hold'; sum='Placed on hold' ;;
        -H) said='released from hold'; sum='Released from hold' ;;
        -r) said=requeued; sum=Requeued ;;
        -d) said=removed; sum=Deleted ;;
        esac
        touch $here/gone
        grep -v -x -F -f $here/gone $here/input.$$ | sed "s/^/postsuper: /;s/$/: $said/" >&2
        echo "postsuper: $sum: some messages" >&2
        cat $here/input.$$ >>$here/input
        """#

    private func runner(_ fake: FakeCommand, batch: Int = 10_000, timeLimit: Duration = .seconds(60)) -> PostsuperRunner
    {
        PostsuperRunner(
            instance: PostfixInstance(name: "mx1", configurationDirectory: "/etc/postfix-mx1"),
            settings: PostfixQueueSettings(
                instances: [], postsuper: [fake.path], operationTimeLimit: timeLimit, batch: batch))
    }

    private func message(_ id: String, _ queue: QueueName = .deferred, age: Duration = .seconds(60)) -> QueuedMessage {
        QueuedMessage(
            instance: "mx1", queueID: id, queue: queue, arrival: now - EpochMilliseconds(age / .milliseconds(1)),
            size: 1, sender: "a@isp.example", recipients: QueuedRecipients([("b@docomo.ne.jp", nil)]))
    }

    private func ids(_ count: Int) -> [String] {
        (0..<count).map { "4jZ2Cn" + String(String(1_000_000 + $0).dropFirst()) + "z2NG" }
    }

    @Test(arguments: [
        (QueueOperation.hold, "-h -", QueueName.deferred), (.release, "-H -", .hold), (.requeue, "-r -", .deferred),
        (.delete, "-d -", .hold),
    ])
    func eachOperationIsItsOptionWithTheIDsOnStandardInput(
        _ operation: QueueOperation, _ options: String, _ queue: QueueName
    ) async throws {
        let fake = try FakeCommand(Self.obedient)
        let outcome = await runner(fake).run(operation, on: ids(3).map { message($0, queue) }, now: now)
        #expect(outcome == QueueOutcome(done: 3))
        #expect(fake.lines(of: "calls") == ["-c /etc/postfix-mx1 " + options])
        #expect(fake.text(of: "input") == ids(3).map { $0 + "\n" }.joined())
    }

    @Test func whatLeftTheQueueInTheMeantimeIsToldAndNoError() async throws {
        let fake = try FakeCommand(Self.obedient)
        let ids = ids(3)
        try fake.put(ids[1] + "\n", as: "gone")
        let outcome = await runner(fake).run(.delete, on: ids.map { message($0) }, now: now)
        #expect(outcome == QueueOutcome(done: 2, failed: 1, notDone: ["mx1/\(ids[1]): was no longer there"]))
    }

    @Test(arguments: ["$(touch x)", "ALL", "-", "4jZ2Cn6sd0z2NG95\nALL", "`id`", "../../x", "", "4jZ2Cn 6sd0z2NG95"])
    func whatIsNoQueueIDNeverReachesPostsuper(_ id: String) async throws {
        let fake = try FakeCommand(Self.obedient)
        let outcome = await runner(fake).run(.delete, on: [message(id)], now: now)
        #expect(outcome.done == 0)
        #expect(outcome.notDone == ["mx1/\(id): not a queue ID of Postfix"])
        #expect(fake.text(of: "calls") == nil)
    }

    @Test func manyIDsGoInBatches() async throws {
        let fake = try FakeCommand(Self.obedient)
        let outcome = await runner(fake, batch: 400).run(.hold, on: ids(1_000).map { message($0) }, now: now)
        #expect(outcome == QueueOutcome(done: 1_000))
        #expect(fake.lines(of: "calls").count == 3)
        #expect(fake.lines(of: "input") == ids(1_000))
    }

    @Test func aFullBatchIsDoneInOneRun() async throws {
        let fake = try FakeCommand(Self.obedient)
        let outcome = await runner(fake).run(.hold, on: ids(10_000).map { message($0) }, now: now)
        #expect(outcome == QueueOutcome(done: 10_000))
        #expect(fake.lines(of: "calls").count == 1)
    }

    @Test func longHeldMailIsRequeuedOutOfTheHoldQueueAlone() async throws {
        let fake = try FakeCommand(Self.obedient)
        let ids = ids(2)
        let outcome = await runner(fake).run(
            .release, on: [message(ids[0], .hold), message(ids[1], .hold, age: .seconds(3 * 86_400))], now: now)
        #expect(outcome == QueueOutcome(done: 2))
        #expect(fake.lines(of: "calls") == ["-c /etc/postfix-mx1 -H -", "-c /etc/postfix-mx1 -r - hold"])
    }

    @Test func whatIsHeldOrFreeAlreadyIsLeftOut() async throws {
        let fake = try FakeCommand(Self.obedient)
        let id = ids(1)[0]
        #expect(
            await runner(fake).run(.hold, on: [message(id, .hold)], now: now).notDone
                == ["mx1/\(id): is on hold already"])
        #expect(
            await runner(fake).run(.release, on: [message(id)], now: now).notDone == ["mx1/\(id): is not on hold"])
        #expect(fake.text(of: "calls") == nil)
    }

    @Test func aRunThatHangsIsEndedAndWhatItSaidCounts() async throws {
        let ids = ids(6)
        let fake = try FakeCommand("echo 'postsuper: \(ids[0]): removed' >&2; echo x >>$here/calls; exec sleep 300")
        let outcome = await runner(fake, batch: 3, timeLimit: .milliseconds(500)).run(
            .delete, on: ids.map { message($0) }, now: now)
        #expect(outcome.done == 1)
        #expect(outcome.failed == 5)
        #expect(outcome.notDone.contains { $0.hasPrefix("mx1: 2 messages not done: ") && $0.contains("within 0.5 s") })
        #expect(outcome.notDone.contains("mx1: 3 messages not done: not tried after the failure before"))
        #expect(fake.lines(of: "calls").count == 1)
    }

    @Test func aMissingSudoRuleIsToldWithItsRemedy() async throws {
        let fake = try FakeCommand("echo 'sudo: a password is required' >&2; exit 1")
        let outcome = await runner(fake).run(.hold, on: [message(ids(1)[0])], now: now)
        #expect(outcome.done == 0)
        #expect(outcome.notDone.first?.contains("the sudo rule for the engine's user is missing") == true)
    }

    @Test func withoutAWayToRunPostsuperNothingIsTried() async {
        let runner = PostsuperRunner(
            instance: PostfixInstance(name: "mx1", configurationDirectory: "/etc/postfix"),
            settings: PostfixQueueSettings(instances: [], postsuper: []))
        let outcome = await runner.run(.hold, on: [message(ids(1)[0])], now: now)
        #expect(outcome.failed == 1)
        #expect(outcome.notDone.first?.contains("gives no way to run postsuper") == true)
    }

    @Test func anOutcomeNamesAtMostAHundred() async throws {
        let fake = try FakeCommand("cat >/dev/null")
        let outcome = await runner(fake).run(.delete, on: ids(500).map { message($0) }, now: now)
        #expect(outcome.failed == 500)
        #expect(outcome.notDone.count == QueueOutcome.maximumLines + 1)
        #expect(outcome.notDone.last == "… and more")
    }
}
