import ControlProtocol
import Foundation
import Synchronization
import Testing

@testable import PolicyEngine

@Suite struct PostfixQueueTests {
    /// Sleeps that the test sees, and lets pass one by one.
    private final class Sleeps: Sendable {
        private struct State {
            var asked: [Duration] = []
            var allowed = 0
        }
        private let state = Mutex(State())

        var asked: [Duration] { state.withLock(\.asked) }
        func allow(_ count: Int) { state.withLock { $0.allowed += count } }

        func sleep(_ duration: Duration) async throws {
            let number = state.withLock { state in
                state.asked.append(duration)
                return state.asked.count
            }
            while state.withLock({ $0.allowed < number }) { try await Task.sleep(for: .milliseconds(2)) }
        }
    }

    private func queue(
        _ instances: [(name: String, command: FakeCommand)], interval: Duration = .seconds(10),
        readTimeLimit: Duration = .seconds(60), maximumMessages: Int = 500_000, sleeps: Sleeps = Sleeps()
    ) throws -> PostfixQueue {
        // One program for all: it runs the script of the instance's folder.
        PostfixQueue(
            settings: PostfixQueueSettings(
                instances: instances.map {
                    PostfixInstance(name: $0.name, configurationDirectory: $0.command.folder.path)
                },
                interval: interval, postqueue: ["sh", "-c", #"exec "$2/command" "$@""#, "postqueue"],
                readTimeLimit: readTimeLimit, maximumMessages: maximumMessages),
            time: PostfixQueue.Time(now: { 1_795_571_200_000 }, sleep: { try await sleeps.sleep($0) }))
    }

    private func recorded() throws -> FakeCommand {
        let fake = try FakeCommand(#"echo "$*" >>$here/calls; cat "$here/listing""#)
        try fake.put(RecordedListing.text + "\n", as: "listing")
        return fake
    }

    /// Runs the queue while the body runs.
    private func running(_ queue: PostfixQueue, _ body: () async throws -> Void) async throws {
        let task = Task { await queue.run() }
        do {
            try await body()
        } catch {
            task.cancel()
            throw error
        }
        task.cancel()
        await task.value
    }

    @Test func readsWhatPostqueuePrints() async throws {
        let fake = try recorded()
        let queue = try queue([("mx1", fake)])
        try await running(queue) {
            #expect(await eventually { queue.newest.messages.count == 6 })
        }
        let picture = queue.newest
        #expect(fake.lines(of: "calls").first == "-c \(fake.folder.path) -j")
        #expect(picture.instances.map(\.messageCount) == [6])
        #expect(picture.feeds.map(\.name) == ["queue mx1"])
        #expect(picture.feeds.allSatisfy { $0.trouble == nil && $0.updatedAt == 1_795_571_200_000 })
        #expect(picture.completeSince == 1_795_571_200_000)
    }

    @Test func beforeTheFirstReadingTheFeedIsThereWithoutATime() throws {
        let queue = try queue([("mx1", try recorded())])
        #expect(queue.newest.feeds.map(\.updatedAt) == [nil])
        #expect(queue.newest.completeSince == nil)
    }

    @Test func aSlowReadingIsPausedForTenTimesAsLong() async throws {
        let fake = try FakeCommand(#"sleep 0.2; echo x >>$here/calls"#)
        let sleeps = Sleeps()
        let queue = try queue([("mx1", fake)], interval: .milliseconds(10), sleeps: sleeps)
        try await running(queue) {
            #expect(await eventually { sleeps.asked.count == 1 })
            sleeps.allow(1)
            #expect(await eventually { sleeps.asked.count == 2 })
        }
        let took = try #require(queue.newest.instances.first?.took)
        #expect(took >= .milliseconds(200))
        // From start to start: the reading itself, and the two parts of the pause.
        #expect(took + sleeps.asked[0] + sleeps.asked[1] == took * 10)
        #expect(fake.lines(of: "calls").count == 1)
    }

    @Test func aQuickReadingKeepsTheInterval() {
        let pace = ReadPace(interval: .seconds(10))
        #expect(pace.pause(afterReading: .milliseconds(900)) == .seconds(10))
        #expect(pace.pause(afterReading: .seconds(3)) == .seconds(30))
    }

    @Test func aReadingThatHungIsTriedAgainWithinMinutes() {
        let pace = ReadPace(interval: .seconds(10))
        #expect(pace.pause(afterFailure: .seconds(120)) == .seconds(420))
        #expect(pace.pause(afterFailure: .milliseconds(5)) == .seconds(10))
    }

    @Test func aFailedReadingKeepsThePictureAndSaysWhy() async throws {
        let fake = try recorded()
        let sleeps = Sleeps()
        let queue = try queue([("mx1", fake)], sleeps: sleeps)
        try await running(queue) {
            #expect(await eventually { queue.newest.messages.count == 6 })
            try fake.replace(
                "echo 'postqueue: fatal: Queue report unavailable - mail system is down' >&2; exit 69\n")
            sleeps.allow(2)
            #expect(await eventually { queue.newest.feeds.first?.trouble != nil })
        }
        #expect(queue.newest.messages.count == 6)
        #expect(queue.newest.feeds.first?.updatedAt == 1_795_571_200_000)
        let trouble = try #require(queue.newest.feeds.first?.trouble)
        #expect(trouble.contains("code 69: postqueue: fatal: Queue report unavailable"))
        #expect(trouble.hasSuffix("start that Postfix instance"))
    }

    @Test func oneInstanceThatHangsHoldsUpNoOther() async throws {
        let hanging = try FakeCommand("exec sleep 300")
        let good = try recorded()
        let queue = try queue([("out1", hanging), ("mx1", good)], readTimeLimit: .milliseconds(400))
        try await running(queue) {
            #expect(await eventually { queue.newest.messages.count == 6 })
            #expect(await eventually { queue.newest.feeds[0].trouble != nil })
        }
        #expect(queue.newest.feeds[0].trouble?.contains("did not end within 0.4 s") == true)
        #expect(queue.newest.feeds[0].updatedAt == nil)
        #expect(queue.newest.feeds[1].trouble == nil)
        #expect(queue.newest.completeSince == nil)
    }

    @Test func garbageIsToldAndDoesNotEmptyThePicture() async throws {
        let fake = try FakeCommand("head -c 300000 /dev/urandom; echo; cat $here/listing")
        try fake.put(RecordedListing.text + "\n", as: "listing")
        let queue = try queue([("mx1", fake)])
        try await running(queue) {
            #expect(await eventually { queue.newest.feeds.first?.trouble != nil })
        }
        #expect(queue.newest.messages.count == 6)
        #expect(queue.newest.feeds.first?.trouble?.contains("of postqueue -j left out; queue listing, line 1") == true)
    }

    @Test func aMissingCommandIsToldWithItsRemedy() async throws {
        let queue = PostfixQueue(
            settings: PostfixQueueSettings(
                instances: [PostfixInstance(name: "mx1", configurationDirectory: "/etc/postfix")],
                postqueue: ["/nonexistent/postqueue"]),
            time: PostfixQueue.Time(now: { 0 }))
        try await running(queue) {
            #expect(await eventually { queue.newest.feeds.first?.trouble != nil })
        }
        #expect(
            queue.newest.feeds.first?.trouble
                == "/nonexistent/postqueue is not there: install it, or correct the path in the configuration")
    }

    @Test func aVeryLongQueueIsShownUpToItsMaximum() async throws {
        let fake = try FakeCommand(
            #"""
            awk 'BEGIN { for (i = 0; i < 30000; i++) printf "{\"queue_name\": \"deferred\", \"queue_id\": \"4jZ2Cn%07dz2\",
             \"arrival_time\": 1795570181, \"message_size\": 258, \"sender\": \"bulk@shop.example\",
             \"recipients\": [{\"address\": \"r%d@docomo.ne.jp\", \"delay_reason\": \"timed out\"}]}\n", i, i }'
            """#.replacingOccurrences(of: "\n ", with: " "))
        let queue = try queue([("mx1", fake)], maximumMessages: 20_000)
        try await running(queue) {
            #expect(await eventually { !queue.newest.messages.isEmpty })
        }
        #expect(queue.newest.messages.count == 20_000)
        #expect(queue.newest.feeds.first?.trouble == "shows 20000 messages of 30000")
    }

    @Test func picturesComeToEachReaderAndEndWithTheQueue() async throws {
        let fake = try recorded()
        let queue = try queue([("mx1", fake)])
        let readers = (0..<2).map { _ in
            let pictures = queue.pictures()
            return Task {
                var last = QueuePicture()
                for await picture in pictures { last = picture }
                return last
            }
        }
        try await running(queue) {
            #expect(await eventually { queue.newest.messages.count == 6 })
        }
        for reader in readers { #expect(await reader.value.messages.count == 6) }
        var late = 0
        for await picture in queue.pictures() { late += picture.messages.count }
        #expect(late == 6)
    }

    @Test func theQueueIsReadAgainSoonAfterAnOperation() async throws {
        let fake = try recorded()
        let sleeps = Sleeps()
        let queue = try queue([("mx1", fake)], interval: .seconds(3_600), sleeps: sleeps)
        try await running(queue) {
            #expect(await eventually { sleeps.asked.count == 1 })
            sleeps.allow(1)
            #expect(await eventually { sleeps.asked.count == 2 })
            let message = try #require(queue.newest.messages.first { $0.queue == .deferred })
            let outcome = await queue.perform(.flush, on: [message])
            #expect(outcome.done == 1)
            #expect(await eventually { fake.lines(of: "calls").filter { $0.hasSuffix("-j") }.count == 2 })
        }
    }
}
