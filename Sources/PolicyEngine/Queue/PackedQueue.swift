import ControlProtocol

/// The messages of one instance in three blocks of memory: about 50 bytes a message and its text. As values with
/// strings of their own they would take three times as much, twice while the next listing is read.
package struct PackedQueue: Sendable {
    private struct Entry: Sendable {
        var arrival: EpochMilliseconds
        var size: Int
        /// Where the queue ID begins in ``bytes``; sender and addresses follow it.
        var offset: UInt32
        var recipientCount: UInt32
        /// Index of the first recipient's domain.
        var domain: UInt32
        var addressesLength: UInt32
        var reasonOffset: UInt32
        var senderLength: UInt16
        /// 0 for none.
        var reasonLength: UInt16
        var idLength: UInt8
        var queue: QueueName
    }

    /// What few messages have: recipients in several domains, or with different reasons.
    private struct Spread: Sendable {
        var reasons: [String?]
        var domains: [QueuedRecipients.DomainCount]
    }

    package let instance: String
    private var entries: [Entry] = []
    private var bytes: [UInt8] = []
    private var domains: [String] = []
    private var spreads: [Int: Spread] = [:]

    private var domainNumbers: [String: UInt32] = [:]
    /// Where a reason that was met lately stands already.
    private var reasonPlaces: [String: UInt32] = [:]
    private static let rememberedReasons = 4_096
    /// Offsets have 32 bits.
    private static let maximumBytes = Int(UInt32.max) - (1 << 24)

    package init(instance: String) {
        self.instance = instance
    }

    package var count: Int { entries.count }

    /// - Returns: whether it was taken; it is not when the text of all is over 4 GB.
    @discardableResult
    package mutating func append(_ message: QueuedMessage) -> Bool {
        guard let entry = pack(message, at: entries.count) else { return false }
        entries.append(entry)
        return true
    }

    package mutating func replace(at index: Int, by message: QueuedMessage) {
        spreads[index] = nil
        if let entry = pack(message, at: index) { entries[index] = entry }
    }

    /// Lets go of what only appending needs.
    package mutating func finish() {
        domainNumbers = [:]
        reasonPlaces = [:]
    }

    private mutating func pack(_ message: QueuedMessage, at index: Int) -> Entry? {
        guard bytes.count < Self.maximumBytes else { return nil }
        let recipients = message.recipients
        let id = message.queueID.utf8.prefix(Int(UInt8.max))
        let sender = message.sender.utf8.prefix(Int(UInt16.max))
        let addresses = recipients.addresses.utf8.prefix(1 << 20)
        let reason = place(recipients.reason)
        let offset = UInt32(bytes.count)
        bytes.append(contentsOf: id)
        bytes.append(contentsOf: sender)
        bytes.append(contentsOf: addresses)
        if !recipients.otherReasons.isEmpty || !recipients.otherDomains.isEmpty {
            spreads[index] = Spread(reasons: recipients.otherReasons, domains: recipients.otherDomains)
        }
        return Entry(
            arrival: message.arrival, size: message.size, offset: offset,
            recipientCount: UInt32(clamping: recipients.count), domain: number(ofDomain: recipients.firstDomain),
            addressesLength: UInt32(addresses.count), reasonOffset: reason.offset, senderLength: UInt16(sender.count),
            reasonLength: reason.length, idLength: UInt8(id.count), queue: message.queue)
    }

    private mutating func place(_ reason: String?) -> (offset: UInt32, length: UInt16) {
        guard let reason, !reason.isEmpty else { return (0, 0) }
        let text = reason.utf8.prefix(Int(UInt16.max))
        if let known = reasonPlaces[reason] { return (known, UInt16(text.count)) }
        let offset = UInt32(bytes.count)
        bytes.append(contentsOf: text)
        if reasonPlaces.count >= Self.rememberedReasons { reasonPlaces.removeAll(keepingCapacity: true) }
        reasonPlaces[reason] = offset
        return (offset, UInt16(text.count))
    }

    private mutating func number(ofDomain domain: String) -> UInt32 {
        if let number = domainNumbers[domain] { return number }
        let number = UInt32(domains.count)
        domains.append(domain)
        domainNumbers[domain] = number
        return number
    }

    // MARK: Reading

    package func message(at index: Int) -> QueuedMessage {
        let entry = entries[index]
        let spread = spreads[index]
        let sender = Int(entry.offset) + Int(entry.idLength)
        let addresses = sender + Int(entry.senderLength)
        return QueuedMessage(
            instance: instance, queueID: text(Int(entry.offset), Int(entry.idLength)), queue: entry.queue,
            arrival: entry.arrival, size: entry.size, sender: text(sender, Int(entry.senderLength)),
            recipients: QueuedRecipients(
                count: Int(entry.recipientCount), addresses: text(addresses, Int(entry.addressesLength)),
                firstReason: entry.reasonLength == 0 ? nil : text(Int(entry.reasonOffset), Int(entry.reasonLength)),
                otherReasons: spread?.reasons ?? [], firstDomain: domains[Int(entry.domain)],
                otherDomains: spread?.domains ?? []))
    }

    package func arrival(at index: Int) -> EpochMilliseconds { entries[index].arrival }
    package func size(at index: Int) -> Int { entries[index].size }
    package func queue(at index: Int) -> QueueName { entries[index].queue }
    package func firstDomain(at index: Int) -> String { domains[Int(entries[index].domain)] }

    package func sender(at index: Int) -> String {
        let entry = entries[index]
        return text(Int(entry.offset) + Int(entry.idLength), Int(entry.senderLength))
    }

    func packedID(at index: Int) -> PackedQueueID? {
        let entry = entries[index]
        return PackedQueueID(bytes[Int(entry.offset)..<Int(entry.offset) + Int(entry.idLength)])
    }

    /// Calls with each domain and the number of recipients in it.
    package func forEachDomain(at index: Int, _ body: (_ domain: String, _ count: Int) -> Void) {
        let entry = entries[index]
        guard entry.recipientCount > 0 else { return }
        let others = spreads.isEmpty ? [] : spreads[index]?.domains ?? []
        body(domains[Int(entry.domain)], Int(entry.recipientCount) - others.reduce(0) { $0 + $1.count })
        for other in others { body(other.domain, other.count) }
    }

    private func text(_ offset: Int, _ length: Int) -> String {
        String(decoding: bytes[offset..<(offset + length)], as: UTF8.self)
    }
}
