import ControlProtocol
import Dispatch
import MailPolicy
import Synchronization

/// The newest picture of the queue, joined with accounts and carriers once, for all who look.
package final class QueueBoard: Sendable {
    package let queue: any MailQueue
    private let accounts: QueueAccountMap
    private let join: QueueJoin
    private let rates: RateBoard
    private let state: Mutex<QueueIndex>
    /// Finds requeued messages under their new IDs; used on ``worker`` alone.
    private let follower = Mutex(RequeueFollower())
    /// Joining a long queue takes some tenths of a second of computing, which no thread of the pool should be taken for.
    private let worker = DispatchQueue(label: "queue board", qos: .utility)

    init(queue: any MailQueue, accounts: QueueAccountMap, join: QueueJoin, rates: RateBoard) {
        self.queue = queue
        self.accounts = accounts
        self.join = join
        self.rates = rates
        state = Mutex(QueueIndex(queue.newest, join: join))
    }

    package var index: QueueIndex { state.withLock { $0 } }

    /// Follows the queue until the task is cancelled.
    func run() async {
        for await picture in queue.pictures() {
            await withCheckedContinuation { done in
                worker.async {
                    self.take(picture)
                    done.resume()
                }
            }
            if let at = picture.completeSince { rates.noteQueue(length: picture.messages.count, at: at) }
        }
    }

    private func take(_ picture: QueuePicture) {
        if let at = picture.completeSince {
            follower.withLock { $0.follow(picture, in: accounts, at: at) }
        }
        accounts.observe(picture)
        let index = QueueIndex(picture, join: join)
        state.withLock { $0 = index }
    }

    /// Seconds since the last whole reading; `nil` if there was none.
    func ageSeconds(at wall: EpochMilliseconds) -> Double? {
        index.picture.completeSince.map { Double(wall - $0) / 1000 }
    }
}
