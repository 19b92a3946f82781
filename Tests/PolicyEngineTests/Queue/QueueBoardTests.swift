import ControlProtocol
import Testing

@testable import PolicyEngine

@Suite struct QueueBoardTests {
    /// Shows what the test publishes.
    private struct StagedQueue: MailQueue {
        let board = PictureBoard()
        var newest: QueuePicture { board.newest }
        func pictures() -> AsyncStream<QueuePicture> { board.pictures() }
        func run() async {}
        func perform(_ operation: QueueOperation, on messages: [QueuedMessage]) async -> QueueOutcome { QueueOutcome() }

        func show(_ ids: [String], at time: EpochMilliseconds) {
            board.publish { picture in
                picture.messages = QueueMessages(
                    ids.map {
                        QueuedMessage(
                            instance: "mx1", queueID: $0, queue: .deferred, arrival: 1_795_570_000_000, size: 1,
                            sender: "a@isp.example", recipients: QueuedRecipients([("b@docomo.ne.jp", nil)]))
                    })
                picture.instances = [InstanceReading(instance: "mx1", startedAt: time, readAt: time)]
            }
        }
    }

    @Test func eachPictureIsJoinedAndARequeuedMessageKeepsItsAccount() async {
        let (queue, accounts) = (StagedQueue(), QueueAccountMap())
        let start: EpochMilliseconds = 1_795_570_000_000
        accounts.learn(queueID: "4jZ2Cn6sd0z2NG95", account: "yamada88@isp.example", at: start)
        let joined = QueueBoard(
            queue: queue, accounts: accounts, join: QueueJoin(accounts: accounts), rates: RateBoard())
        let task = Task { await joined.run() }
        queue.show(["4jZ2Cn6sd0z2NG95"], at: start)
        #expect(await eventually { joined.index.messagesByAccount == ["yamada88@isp.example": 1] })
        queue.show(["4jZ2sB08dYz2NG95"], at: start + 60_000)
        #expect(
            await eventually {
                joined.index.find("mx1/4jZ2sB08dYz2NG95").map { joined.index.accounts[$0] } == "yamada88@isp.example"
            })
        queue.board.finish()
        await task.value
    }
}
