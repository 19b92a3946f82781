import ControlProtocol
import Dispatch
import Synchronization

/// Keeps the newest picture of a queue joined with accounts and carriers, and the account map in step with the queue.
package final class JoinedQueue: Sendable {
    package let queue: any MailQueue
    private let now: @Sendable () -> EpochMilliseconds
    private let state: Mutex<(index: QueueIndex, join: QueueJoin)>
    /// Joining a long queue takes some tenths of a second of computing, which no thread of the pool should be taken for.
    private let worker = DispatchQueue(label: "joined queue", qos: .utility)
    /// Used on ``worker`` alone.
    private let follower = Mutex(RequeueFollower())

    package init(queue: any MailQueue, join: QueueJoin, now: @escaping @Sendable () -> EpochMilliseconds) {
        self.queue = queue
        self.now = now
        state = Mutex((QueueIndex(QueuePicture(), join: join), join))
    }

    /// The newest index; empty at first.
    package var index: QueueIndex { state.withLock { $0.index } }

    /// Joins each picture as it comes, and calls then. Returns when the queue ends or the task is cancelled.
    package func run(onIndex: @escaping @Sendable (QueueIndex) -> Void = { _ in }) async {
        for await picture in queue.pictures() {
            onIndex(
                await onWorker {
                    let join = self.state.withLock { $0.join }
                    self.follower.withLock { $0.follow(picture, in: join.accounts, at: self.now()) }
                    join.accounts.observe(picture)
                    return self.put(picture, join)
                })
        }
    }

    /// Joins the newest picture anew: carriers or owners of senders have changed.
    package func rejoin(with join: QueueJoin) async {
        _ = await onWorker { self.put(self.index.picture, join) }
    }

    private func put(_ picture: QueuePicture, _ join: QueueJoin) -> QueueIndex {
        let index = QueueIndex(picture, join: join)
        state.withLock { $0 = (index, join) }
        return index
    }

    private func onWorker(_ work: @escaping @Sendable () -> QueueIndex) async -> QueueIndex {
        await withCheckedContinuation { continuation in
            worker.async { continuation.resume(returning: work()) }
        }
    }
}
