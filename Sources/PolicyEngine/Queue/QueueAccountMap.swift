import ControlProtocol
import Synchronization

/// Whose message a queue ID is: learnt when Postfix asks at DATA and END-OF-MESSAGE, since a queue listing does not know
/// the SASL login.
///
/// What can be joined, and what not:
/// - The submission instance's queue ID is what is learnt. Its own entries join, held ones too.
/// - A message that passes a second instance gets another queue ID there, and `sasl_username` is empty at its gate, so
///   nothing can be learnt there. ``QueueJoin/accountOfSender`` joins such entries by envelope sender, which the
///   submission gate has checked to belong to the login.
/// - A requeued message gets a new queue ID as well; ``RequeueFollower`` finds it again.
/// - IDs are unique within an instance. With `enable_long_queue_ids = yes` they hold time and inode, so two instances
///   share one only if both match on different file systems. Short IDs are used again: the newer pair replaces the
///   older, and a pair joins no message that arrived at another time; one that is queued for over a week is joined by
///   its sender after a restart.
///
/// Memory: about 80 bytes a message. Calls from an event loop wait for at most a few hundred entries' work.
package final class QueueAccountMap: Sendable {
    /// A pair as the store keeps it.
    package struct Pair: Sendable, Equatable {
        package var queueID: String
        package var account: String
        package var learntAt: EpochMilliseconds

        package init(queueID: String, account: String, learntAt: EpochMilliseconds) {
            self.queueID = queueID
            self.account = account
            self.learntAt = learntAt
        }
    }

    /// What is to be written since the last time: first delete what was forgotten, then put what was learnt.
    package struct Changes: Sendable, Equatable {
        package var learnt: [Pair] = []
        package var forgotten: [String] = []
        package var isEmpty: Bool { learnt.isEmpty && forgotten.isEmpty }
    }

    private let state: Mutex<QueueAccountTable>
    /// Entries that one hold of the lock works on.
    private static let stretch = 256

    /// - Parameters:
    ///   - capacity: pairs at most; then the oldest goes for each new one.
    ///   - keepAfterGone: how long a pair stays after its message left the queue, so that `why` still finds it.
    package init(capacity: Int = 1_000_000, keepAfterGone: Duration = .seconds(3_600)) {
        state = Mutex(
            QueueAccountTable(
                capacity: max(1, capacity), keepSeconds: UInt32(clamping: Int(keepAfterGone / .seconds(1)))))
    }

    package var count: Int { state.withLock { $0.count } }

    /// Cheap enough for each DATA and END-OF-MESSAGE; the same pair again changes nothing.
    package func learn(queueID: String, account: String, at time: EpochMilliseconds) {
        guard !account.isEmpty, let key = PackedQueueID(queueID) else { return }
        state.withLock { $0.learn(key, account: account, at: time, stored: false) }
    }

    /// What the store has, in the order in which it was learnt; at start, before the gates open.
    package func preload(_ pairs: some Sequence<Pair>, at time: EpochMilliseconds) {
        state.withLock { table in
            for pair in pairs {
                guard let key = PackedQueueID(pair.queueID) else { continue }
                table.learn(key, account: pair.account, at: pair.learntAt, stored: true)
                table.spare(key, until: time)
            }
        }
    }

    package func account(of queueID: String) -> String? {
        guard let key = PackedQueueID(queueID) else { return nil }
        return state.withLock { $0.account(of: key) }
    }

    /// The accounts of many, in the same order. A pair that was learnt long before or after a message arrived is about
    /// another message that had the same short ID.
    package func accounts(of messages: QueueMessages) -> [String?] {
        var accounts: [String?] = []
        accounts.reserveCapacity(messages.count)
        forEachStretch(messages) { table, keys in
            for (key, arrival) in keys { accounts.append(key.flatMap { table.account(of: $0, arrival: arrival) }) }
        }
        return accounts
    }

    package func account(of message: QueuedMessage) -> String? {
        guard let key = PackedQueueID(message.queueID) else { return nil }
        return state.withLock { $0.account(of: key, arrival: message.arrival) }
    }

    /// Keeps the pairs of messages that are in the queue, and forgets those that have been gone for long enough. A
    /// picture that is not whole forgets nothing.
    package func observe(_ picture: QueuePicture) {
        guard let since = picture.completeSince else { return }
        forEachStretch(picture.messages) { table, keys in
            for case (let key?, _) in keys { table.touch(key, at: since) }
        }
        while state.withLock({ $0.sweep(asOf: since, atMost: Self.stretch) }) {}
    }

    /// Takes what is to be written, about `limit` pairs. If it cannot be written, ``giveBack(_:)`` it.
    package func drainChanges(limit: Int = 10_000) -> Changes {
        var changes = Changes()
        while changes.learnt.count < limit && changes.forgotten.count < limit {
            let more = state.withLock { $0.drainChanges(limit: Self.stretch) }
            if more.isEmpty { break }
            changes.learnt += more.learnt
            changes.forgotten += more.forgotten
        }
        return changes
    }

    package func giveBack(_ changes: Changes) {
        state.withLock { $0.giveBack(changes) }
    }

    private func forEachStretch(
        _ messages: QueueMessages,
        _ body: (inout QueueAccountTable, [(PackedQueueID?, arrival: EpochMilliseconds)]) -> Void
    ) {
        for start in stride(from: 0, to: messages.count, by: Self.stretch) {
            let keys = (start..<min(start + Self.stretch, messages.count)).map {
                (messages.packedID(at: $0), arrival: messages.arrival(at: $0))
            }
            state.withLock { body(&$0, keys) }
        }
    }
}
