import ControlProtocol
import Synchronization

/// A picture joined with accounts and carriers, and counted: made once a picture, read by all views.
package struct QueueIndex: Sendable {
    /// Differs between any two: the same picture may be joined again, after a reload of the carriers for one.
    let serial: UInt64
    private static let lastSerial = Atomic<UInt64>(0)

    package let picture: QueuePicture
    /// Account of each message of the picture, in its order.
    package let accounts: [String?]
    /// Messages in the queue by account.
    package let messagesByAccount: [String: Int]
    /// Recipients in the queue by carrier; the rest under ``otherCarrier``.
    package let recipientsByCarrier: [String: CarrierQueue]
    private let carriers: [String: String]
    /// The first message with a queue ID; packed, since a long queue has as many of these as messages.
    private let places: [PackedQueueID: UInt32]

    /// Recipients of one carrier.
    package struct CarrierQueue: Sendable, Equatable {
        package var queued = 0
        /// Of these, in the deferred queue.
        package var deferred = 0
    }

    /// Under this name recipients are counted that belong to no carrier.
    package static let otherCarrier = "other"

    package init(_ picture: QueuePicture, join: QueueJoin) {
        serial = Self.lastSerial.add(1, ordering: .relaxed).newValue
        self.picture = picture
        var accounts = join.accounts.accounts(of: picture.messages)
        var carriers: [String: String] = [:]
        var asked: Set<String> = []
        var byAccount: [String: Int] = [:]
        var byCarrier: [String: CarrierQueue] = [:]
        let messages = picture.messages
        for index in messages.indices {
            if accounts[index] == nil {
                let sender = messages.sender(at: index)
                if !sender.isEmpty {
                    accounts[index] = join.accountOfSender(messages.instance(at: index), sender)
                }
            }
            let isDeferred = messages.queue(at: index) == .deferred
            if let account = accounts[index] { byAccount[account, default: 0] += 1 }
            messages.forEachDomain(at: index) { domain, count in
                if asked.insert(domain).inserted { carriers[domain] = join.carrierOfDomain(domain) }
                let carrier = carriers[domain] ?? Self.otherCarrier
                byCarrier[carrier, default: CarrierQueue()].queued += count
                if isDeferred { byCarrier[carrier, default: CarrierQueue()].deferred += count }
            }
        }
        self.accounts = accounts
        self.carriers = carriers
        messagesByAccount = byAccount
        recipientsByCarrier = byCarrier
        var places: [PackedQueueID: UInt32] = [:]
        places.reserveCapacity(picture.messages.count)
        for index in messages.indices {
            guard let key = messages.packedID(at: index), places[key] == nil else { continue }
            places[key] = UInt32(index)
        }
        self.places = places
    }

    package var messages: QueueMessages { picture.messages }

    /// Index of a message by ``QueueRow/id``.
    package func find(_ id: String) -> Int? {
        guard let slash = id.lastIndex(of: "/") else { return nil }
        let (instance, queueID) = (id[..<slash], id[id.index(after: slash)...])
        if let key = PackedQueueID(String(queueID)) {
            guard let place = places[key].map(Int.init) else { return nil }
            if messages.instance(at: place) == instance { return place }
        }
        // Another instance has the same ID, or it is too long to pack.
        return messages.firstIndex { $0.queueID == queueID && $0.instance == instance }
    }

    /// The carrier of the first recipient.
    package func carrier(_ index: Int) -> String? { carriers[messages.firstDomain(at: index)] }

    package func carriers(_ index: Int) -> [String] {
        var found: [String] = []
        messages.forEachDomain(at: index) { domain, _ in
            if let carrier = carriers[domain], !found.contains(carrier) { found.append(carrier) }
        }
        return found
    }

    package func row(_ index: Int) -> QueueRow {
        let message = messages[index]
        return QueueRow(
            queueID: message.queueID, instance: message.instance, queue: message.queue.name, arrival: message.arrival,
            size: message.size, sender: message.sender, recipients: message.recipients.first,
            recipientCount: message.recipients.count, account: accounts[index], carrier: carrier(index))
    }

    /// Recipients by carrier and age of their message, as `qshape(1)` counts; the longest queue first, then the rest
    /// that belongs to no carrier.
    package func ages(at now: EpochMilliseconds) -> [QueueAges] {
        var ages: [String: [Int]] = [:]
        let columns = QueueAges.bounds.count + 1
        for index in messages.indices {
            let minutes = (now - messages.arrival(at: index)) / 60_000
            let column = QueueAges.bounds.firstIndex { minutes < $0 } ?? columns - 1
            messages.forEachDomain(at: index) { domain, count in
                ages[carriers[domain] ?? Self.otherCarrier, default: Array(repeating: 0, count: columns)][column] +=
                    count
            }
        }
        return ages.map { QueueAges(carrier: $0, total: $1.reduce(0, +), ages: $1) }.sorted { one, other in
            let rest = (one.carrier == Self.otherCarrier, other.carrier == Self.otherCarrier)
            if rest.0 != rest.1 { return rest.1 }
            return one.total == other.total ? one.carrier < other.carrier : one.total > other.total
        }
    }
}
