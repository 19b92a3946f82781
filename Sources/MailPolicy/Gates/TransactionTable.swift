/// A message on its way in, from its first recipient to its end.
struct Transaction: Sendable {
    /// Identity from Postfix's `instance` and the gate.
    var key: UInt64
    var account: Int32
    /// What is reserved on the account's meter.
    var reserved = Amount.zero
    /// What is reserved on carriers' meters.
    var carriers: [CarrierShare] = []
    /// Identities of the recipients that were accepted.
    var firstRecipient: UInt64 = 0
    var moreRecipients: [UInt64] = []
    var lastRefused: UInt64 = 0
    var lastRefusal: Verdict?
    /// It is on hold as a whole: later recipients are too, and nothing is counted.
    var hold: Verdict?
    /// Whether what is reserved is counted already, because the site does not ask at END-OF-MESSAGE.
    var countsAtOnce = false
    /// Steady time of its last request.
    var touched: Milliseconds

    struct CarrierShare: Sendable {
        var carrier: Int32
        var recipients: Int64
        var reserved: Amount
    }

    func hasRecipient(_ identity: UInt64) -> Bool {
        firstRecipient == identity || (!moreRecipients.isEmpty && moreRecipients.contains(identity))
    }

    mutating func addRecipient(_ identity: UInt64) {
        if firstRecipient == 0 { firstRecipient = identity } else { moreRecipients.append(identity) }
    }
}

/// The transactions in progress, and those that ended so lately that Postfix may ask about them again.
struct TransactionTable: Sendable {
    /// More transactions at once than any Postfix has processes for.
    static let mostOpen = 100_000
    /// Answers that are kept for a repeat, and for how long.
    static let mostAnswered = 65_536
    static let answeredFor: Milliseconds = 60_000

    private var slots: ContiguousArray<Transaction> = []
    private var free: [Int32] = []
    private var byKey: [UInt64: Int32] = [:]
    private var answered: [UInt64: (verdict: Verdict, at: Milliseconds)] = [:]
    private var answeredOrder: [UInt64] = []
    private var answeredHead = 0

    var count: Int { byKey.count }

    subscript(index: Int32) -> Transaction {
        get { slots[Int(index)] }
        _modify { yield &slots[Int(index)] }
    }

    func find(_ key: UInt64) -> Int32? { byKey[key] }

    func isOpen(_ index: Int32, _ key: UInt64) -> Bool {
        index >= 0 && slots[Int(index)].key == key
    }

    mutating func open(_ key: UInt64, account: Int32, at time: Milliseconds) -> Int32 {
        let transaction = Transaction(key: key, account: account, touched: time)
        let index: Int32
        if let place = free.popLast() {
            index = place
            slots[Int(place)] = transaction
        } else {
            index = Int32(slots.count)
            slots.append(transaction)
        }
        byKey[key] = index
        return index
    }

    /// Ends a transaction; its reservations are the caller's to settle.
    mutating func close(_ index: Int32) -> Transaction {
        let transaction = slots[Int(index)]
        byKey[transaction.key] = nil
        slots[Int(index)] = Transaction(key: 0, account: -1, touched: 0)
        free.append(index)
        return transaction
    }

    func isOpen(_ index: Int32) -> Bool { index >= 0 && slots[Int(index)].key != 0 }

    /// Indices of those that were not heard of since `time`.
    func idle(since time: Milliseconds) -> [Int32] {
        slots.indices.filter { slots[$0].key != 0 && slots[$0].touched <= time }.map(Int32.init)
    }

    // MARK: Repeats

    mutating func remember(_ asked: UInt64, _ verdict: Verdict, at time: Milliseconds) {
        if answered.updateValue((verdict, time), forKey: asked) == nil { answeredOrder.append(asked) }
        if answeredOrder.count - answeredHead > Self.mostAnswered {
            answered[answeredOrder[answeredHead]] = nil
            answeredHead += 1
        }
        if answeredHead > 4096, answeredHead * 2 > answeredOrder.count {
            answeredOrder.removeFirst(answeredHead)
            answeredHead = 0
        }
    }

    func remembered(_ asked: UInt64, at time: Milliseconds) -> Verdict? {
        guard let (verdict, at) = answered[asked], time - at <= Self.answeredFor else { return nil }
        return verdict
    }
}
