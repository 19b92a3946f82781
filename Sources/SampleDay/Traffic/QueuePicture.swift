/// Postfix's queue at 14:01: what accounts have sent to the carriers and is not delivered, and forwarded mail.
struct QueuePicture {
    private(set) var entries: [QueuedMail] = []
    private var random: RandomStream
    private var lastInode = 3_000_000

    init(of placed: [PlacedTransaction], forwarded: WaitingMail, seed: UInt64) {
        random = RandomStream(seed: seed, purpose: "queue")
        let counts = addSubmitted(placed)
        addForwarded(forwarded.docomo.dropFirst(counts.docomo), DelayReasons.docomo)
        addForwarded(forwarded.au.dropFirst(counts.au), DelayReasons.au)
        addForwarded(forwarded.softbank.dropFirst(counts.softbank), DelayReasons.softbank)
        addForwarded(forwarded.elsewhere[...], DelayReasons.elsewhere)
        // Sometimes SMTPUTF8.
        for index in stride(from: 40, to: entries.count, by: 1100) { entries[index].sender = "お知らせ@aoba.example" }
        entries.sort { ($0.queue.rawValue, $0.queueID) < ($1.queue.rawValue, $1.queueID) }
    }

    /// Submitted in the last 80 minutes and still there; more of it since docomo has slowed down.
    private mutating func addSubmitted(_ placed: [PlacedTransaction]) -> (docomo: Int, au: Int, softbank: Int) {
        var counts = (docomo: 0, au: 0, softbank: 0)
        var fromThrowaway = 0
        for placed in placed {
            let transaction = placed.transaction
            guard transaction.asksAtEnd, transaction.end < DayClock.demonstration,
                transaction.start > DayClock.at(12, 41), transaction.sender != CastMember.forged
            else { continue }
            if transaction.login == CastMember.throwaway {
                fromThrowaway += 1
                if fromThrowaway > 9 { continue }
            }
            let isLate = transaction.start > DayClock.at(13, 50)
            let docomo = transaction.recipients.filter { $0.hasSuffix("@docomo.ne.jp") }
            let others = transaction.recipients.filter { Recipients.isTelephone($0) && !$0.hasSuffix("@docomo.ne.jp") }
            if !docomo.isEmpty, random.chance(isLate ? 0.85 : 0.3) {
                add(placed, to: docomo, DelayReasons.docomo)
                counts.docomo += 1
            } else if let first = others.first, isLate, random.chance(0.25) {
                let isAu = !first.contains("softbank") && !first.contains("vodafone") && !first.contains("ymobile")
                let ours = others.filter { $0.split(separator: "@").last == first.split(separator: "@").last }
                add(placed, to: ours, isAu ? DelayReasons.au : DelayReasons.softbank)
                if isAu { counts.au += 1 } else { counts.softbank += 1 }
            }
        }
        return counts
    }

    private mutating func add(
        _ placed: PlacedTransaction, to recipients: [String], _ reason: (String, inout RandomStream) -> String
    ) {
        add(
            placed.queueID, arrived: placed.transaction.end, size: placed.transaction.size,
            from: placed.transaction.sender, to: recipients, reason)
    }

    private mutating func addForwarded(
        _ mail: ArraySlice<ForwardedMail>, _ reason: (String, inout RandomStream) -> String
    ) {
        for mail in mail {
            lastInode += random.within(1...9)
            let id = QueueIDText.make(
                seconds: Int(mail.arrived / 1000), microseconds: random.below(1_000_000), inode: lastInode)
            add(id, arrived: mail.arrived, size: mail.size, from: mail.sender, to: [mail.recipient], reason)
        }
    }

    private mutating func add(
        _ queueID: String, arrived: Int64, size: Int, from sender: String, to recipients: [String],
        _ reason: (String, inout RandomStream) -> String
    ) {
        // The youngest are being delivered; a few were put on hold by hand.
        let isYoung = arrived > DayClock.demonstration - 20_000
        let queue: QueuedMail.Queue =
            random.chance(0.015) ? .hold : isYoung || random.chance(0.04) ? .active : .deferred
        entries.append(
            QueuedMail(
                queue: queue, queueID: queueID, arrived: arrived, size: size, sender: sender, recipients: recipients,
                reason: queue == .deferred ? reason(recipients[0], &random) : nil))
    }
}
