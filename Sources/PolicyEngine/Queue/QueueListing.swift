import ControlProtocol

/// Collects the lines of one listing into messages. The listing is no atomic picture: a message that moves from one
/// queue to another meanwhile can be listed twice, and the later line is the newer one (postqueue(1), "queue_name").
struct QueueListing {
    private(set) var messages: PackedQueue
    /// Messages over ``maximum``, which are counted only.
    private(set) var notKept = 0
    /// Lines that are no listing of a message, and what is wrong with the first of them.
    private(set) var badLines = 0
    private(set) var firstBadLine: String?

    private let maximum: Int
    private let decoder: any QueueListingDecoding
    private var lineNumber = 0
    private var places: [String: Int] = [:]

    private static let maximumReason = 300
    /// postqueue(1) shows the null sender under this name, `empty_address_recipient`'s default.
    private static let nullSender = "MAILER-DAEMON"

    init(instance: String, maximum: Int, decoder: any QueueListingDecoding) {
        messages = PackedQueue(instance: instance)
        self.maximum = maximum
        self.decoder = decoder
    }

    mutating func add(line: UnsafeRawBufferPointer) {
        lineNumber += 1
        guard !line.isEmpty else { return }
        do {
            let listed = try decoder.decode(line: line)
            guard QueueIDCheck.isWellFormed(listed.queueID) else {
                return reject("\"\(listed.queueID.prefix(40))\" is no queue ID")
            }
            add(listed)
        } catch {
            reject(String(describing: error))
        }
    }

    private mutating func reject(_ why: String) {
        badLines += 1
        if firstBadLine == nil { firstBadLine = "line \(lineNumber): \(why.prefix(200))" }
    }

    private mutating func add(_ listed: ListedMessage) {
        if let place = places[listed.queueID] {
            messages.replace(at: place, by: message(listed))
        } else if messages.count < maximum, messages.append(message(listed)) {
            places[listed.queueID] = messages.count - 1
        } else {
            notKept += 1
        }
    }

    /// Lets go of what only reading needs.
    mutating func finish() {
        places = [:]
        messages.finish()
    }

    private func message(_ listed: ListedMessage) -> QueuedMessage {
        var recipients = QueuedRecipients()
        for (address, reason) in listed.recipients {
            let kept = recipients.count < QueuedRecipients.kept
            recipients.append(address: address, reason: kept ? reason.map(Self.shortened) : nil)
        }
        let (milliseconds, overflow) = listed.arrivalSeconds.multipliedReportingOverflow(by: 1_000)
        return QueuedMessage(
            instance: messages.instance, queueID: listed.queueID, queue: QueueName(listed.queueName),
            arrival: overflow ? 0 : milliseconds, size: max(0, listed.size),
            sender: listed.sender == Self.nullSender ? "" : listed.sender, recipients: recipients)
    }

    private static func shortened(_ reason: String) -> String {
        reason.utf8.count <= maximumReason ? reason : reason.prefix(maximumReason - 1) + "…"
    }
}
