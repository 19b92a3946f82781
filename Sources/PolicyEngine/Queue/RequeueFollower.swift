import ControlProtocol

/// Finds requeued messages again. `postsuper -r` gives a message a new queue ID and keeps its arrival time, sender and
/// recipients, so one that turns up with an old arrival time just after such a one has vanished is the same.
package struct RequeueFollower: Sendable {
    private struct Marks: Hashable, Sendable {
        var instance: String
        var arrival: EpochMilliseconds
        var sender: String
        var recipientCount: Int
        var firstDomain: String

        init(_ message: QueuedMessage) {
            instance = message.instance
            arrival = message.arrival
            sender = message.sender
            recipientCount = message.recipients.count
            firstDomain = message.recipients.firstDomain
        }
    }

    private struct Vanished: Sendable {
        /// `nil` when messages of different accounts have the same marks.
        var account: String?
        var at: EpochMilliseconds
    }

    private var known: Set<PackedQueueID> = []
    private var before = QueueMessages()
    private var vanished: [Marks: Vanished] = [:]

    /// How long a vanished message is waited for: `pickup(8)` wakes up each minute.
    private static let patience: EpochMilliseconds = 300_000
    private static let maximumVanished = 50_000

    package init() {}

    /// Takes the next picture, and teaches the map the new IDs of messages whose account it knew.
    package mutating func follow(_ picture: QueuePicture, in map: QueueAccountMap, at now: EpochMilliseconds) {
        var present = Set<PackedQueueID>(minimumCapacity: picture.messages.count)
        for place in picture.messages.indices { picture.messages.packedID(at: place).map { _ = present.insert($0) } }
        vanished = vanished.filter { now - $0.value.at < Self.patience }
        for place in before.indices where vanished.count < Self.maximumVanished {
            guard let key = before.packedID(at: place), !present.contains(key) else { continue }
            let message = before[place]
            guard let account = map.account(of: message) else { continue }
            let marks = Marks(message)
            let same = vanished[marks].map { $0.account == account } ?? true
            vanished[marks] = Vanished(account: same ? account : nil, at: now)
        }
        if !vanished.isEmpty {
            for place in picture.messages.indices {
                guard let key = picture.messages.packedID(at: place), !known.contains(key) else { continue }
                let message = picture.messages[place]
                guard map.account(of: message) == nil, let account = vanished[Marks(message)]?.account
                else { continue }
                map.learn(queueID: message.queueID, account: account, at: message.arrival)
            }
        }
        known = present
        before = picture.messages
    }
}
