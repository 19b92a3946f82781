import ControlProtocol

/// A picture joined with accounts and carriers, and counted: made once a picture, read by all views.
package struct QueueIndex: Sendable {
    package let picture: QueuePicture
    /// Account of each message of the picture, in its order.
    package let accounts: [String?]
    /// Messages in the queue by account.
    package let messagesByAccount: [String: Int]
    /// Recipients in the queue by carrier; the rest under ``otherCarrier``.
    package let recipientsByCarrier: [String: CarrierQueue]
    private let carriers: [String: String]
    private let places: [String: Int]

    /// Recipients of one carrier.
    package struct CarrierQueue: Sendable, Equatable {
        package var queued = 0
        /// Of these, in the deferred queue.
        package var deferred = 0
    }

    /// Under this name recipients are counted that belong to no carrier.
    package static let otherCarrier = "other"

    package init(_ picture: QueuePicture, join: QueueJoin) {
        self.picture = picture
        var accounts = join.accounts.accounts(of: picture.messages)
        var carriers: [String: String] = [:]
        var asked: Set<String> = []
        var byAccount: [String: Int] = [:]
        var byCarrier: [String: CarrierQueue] = [:]
        for (index, message) in picture.messages.enumerated() {
            if accounts[index] == nil && !message.sender.isEmpty {
                accounts[index] = join.accountOfSender(message.instance, message.sender)
            }
            if let account = accounts[index] { byAccount[account, default: 0] += 1 }
            message.recipients.forEachDomain { domain, count in
                if asked.insert(domain).inserted { carriers[domain] = join.carrierOfDomain(domain) }
                let carrier = carriers[domain] ?? Self.otherCarrier
                byCarrier[carrier, default: CarrierQueue()].queued += count
                if message.queue == .deferred { byCarrier[carrier, default: CarrierQueue()].deferred += count }
            }
        }
        self.accounts = accounts
        self.carriers = carriers
        messagesByAccount = byAccount
        recipientsByCarrier = byCarrier
        places = Dictionary(picture.messages.enumerated().map { ($1.id, $0) }) { _, last in last }
    }

    package var messages: [QueuedMessage] { picture.messages }

    /// Index of a message by ``QueueRow/id``.
    package func find(_ id: String) -> Int? { places[id] }

    /// The carrier of the first recipient.
    package func carrier(_ index: Int) -> String? { carriers[messages[index].recipients.firstDomain] }

    package func carriers(_ index: Int) -> [String] {
        var found: [String] = []
        messages[index].recipients.forEachDomain { domain, _ in
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
        for message in messages {
            let minutes = (now - message.arrival) / 60_000
            let column = QueueAges.bounds.firstIndex { minutes < $0 } ?? columns - 1
            message.recipients.forEachDomain { domain, count in
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
