import ControlProtocol
import PostfixProtocols

/// Collects the entries of one listing, packed. The listing is no atomic picture: a message that moves from one queue to
/// another meanwhile can be listed twice, and the later entry is the newer one (postqueue(1), "queue_name").
struct PackedListing: Sendable {
    private(set) var messages: PackedQueue
    /// Messages over ``maximum``, which are counted only.
    private(set) var notKept = 0
    /// Lines that are no listing of a message, and what is wrong with the first of them.
    private(set) var badLines = 0
    private(set) var firstBadLine: QueueListingError?

    private let maximum: Int
    private var places: [String: Int] = [:]

    private static let maximumReason = 300

    init(instance: String, maximum: Int) {
        messages = PackedQueue(instance: instance)
        self.maximum = maximum
    }

    mutating func add(_ result: Result<QueueEntry, QueueListingError>) {
        switch result {
        case .success(let entry): add(entry)
        case .failure(let error):
            badLines += 1
            firstBadLine = firstBadLine ?? error
        }
    }

    private mutating func add(_ entry: QueueEntry) {
        if let place = places[entry.queueID.text] {
            messages.replace(at: place, by: message(entry))
        } else if messages.count < maximum, messages.append(message(entry)) {
            places[entry.queueID.text] = messages.count - 1
        } else {
            notKept += 1
        }
    }

    /// Lets go of what only reading needs.
    mutating func finish() {
        places = [:]
        messages.finish()
    }

    private func message(_ entry: QueueEntry) -> QueuedMessage {
        var recipients = QueuedRecipients()
        for recipient in entry.recipients {
            let kept = recipients.count < QueuedRecipients.kept
            recipients.append(
                address: recipient.address, reason: kept ? recipient.delayReason.map(Self.shortened) : nil)
        }
        recipients.appendUnlisted(entry.recipientCount - entry.recipients.count)
        let (milliseconds, overflow) = Int64(entry.arrivalTime).multipliedReportingOverflow(by: 1_000)
        return QueuedMessage(
            instance: messages.instance, queueID: entry.queueID.text, queue: QueueName(entry.queueName),
            arrival: overflow ? 0 : milliseconds, size: entry.messageSize, sender: entry.sender,
            recipients: recipients)
    }

    private static func shortened(_ reason: String) -> String {
        reason.utf8.count <= maximumReason ? reason : reason.prefix(maximumReason - 1) + "…"
    }
}
