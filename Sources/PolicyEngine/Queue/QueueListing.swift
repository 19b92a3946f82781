import ControlProtocol

/// Collects the lines of one listing into messages. The listing is no atomic picture: a message that moves from one
/// queue to another meanwhile can be listed twice, and the later line is the newer one (postqueue(1), "queue_name").
struct QueueListing {
    private(set) var messages: [QueuedMessage] = []
    /// Messages over ``maximum``, which are counted only.
    private(set) var notKept = 0
    /// Lines that are no listing of a message, and what is wrong with the first of them.
    private(set) var badLines = 0
    private(set) var firstBadLine: String?

    private let instance: String
    private let maximum: Int
    private let decoder: any QueueListingDecoding
    private var lineNumber = 0
    private var places: [String: Int] = [:]
    /// Texts that many messages share: reasons, domains, senders.
    private var shared: Set<String> = []

    private static let maximumShared = 100_000
    private static let maximumReason = 300
    /// postqueue(1) shows the null sender under this name, `empty_address_recipient`'s default.
    private static let nullSender = "MAILER-DAEMON"

    init(instance: String, maximum: Int, decoder: any QueueListingDecoding) {
        self.instance = instance
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
            messages[place] = pack(listed)
        } else if messages.count < maximum {
            places[listed.queueID] = messages.count
            messages.append(pack(listed))
        } else {
            notKept += 1
        }
    }

    private mutating func pack(_ listed: ListedMessage) -> QueuedMessage {
        var recipients = QueuedRecipients()
        for (address, reason) in listed.recipients {
            let kept = recipients.count < QueuedRecipients.kept
            recipients.append(
                address: address, reason: kept ? reason.map { share(Self.shortened($0)) } : nil,
                domain: share(QueuedRecipients.domain(of: address)))
        }
        let (milliseconds, overflow) = listed.arrivalSeconds.multipliedReportingOverflow(by: 1_000)
        return QueuedMessage(
            instance: instance, queueID: listed.queueID, queue: QueueName(listed.queueName),
            arrival: overflow ? 0 : milliseconds, size: max(0, listed.size),
            sender: listed.sender == Self.nullSender ? "" : share(listed.sender), recipients: recipients)
    }

    private mutating func share(_ text: String) -> String {
        // Up to 15 bytes a string lives in its own two words.
        guard text.utf8.count > 15 else { return text }
        if shared.count < Self.maximumShared { return shared.insert(text).memberAfterInsert }
        return shared.firstIndex(of: text).map { shared[$0] } ?? text
    }

    private static func shortened(_ reason: String) -> String {
        reason.utf8.count <= maximumReason ? reason : reason.prefix(maximumReason - 1) + "…"
    }
}
