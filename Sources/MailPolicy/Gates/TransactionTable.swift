/// A message on its way in, from its first recipient to its end.
struct Transaction: Sendable {
    /// Identity from Postfix's `instance` and the gate; 0 where the place is free.
    var key: UInt64
    var account: Int32
    /// Which of all that were ever opened it is.
    var serial: UInt64 = 0
    /// Connections that it is the transaction of: more than one where a connection broke and another took over before
    /// the end of the first was seen.
    var connections = 0
    /// What is reserved on the account's meter, or counted on it where that happens at once.
    var reserved = Amount.zero
    /// What is reserved on carriers' meters.
    var carriers: [CarrierShare] = []
    /// Identities of the recipients that were accepted.
    private var firstRecipient: UInt64 = 0
    private var moreRecipients: [UInt64] = []
    /// It is on hold as a whole: later recipients are too, and nothing is counted.
    var hold: Verdict?
    /// Whether what is reserved is counted already, because the site does not ask at END-OF-MESSAGE.
    var countsAtOnce: Bool
    /// Steady time of its last request.
    var touched: Milliseconds

    struct CarrierShare: Sendable {
        var carrier: Int32
        var recipients: Int64
        var reserved: Amount
    }

    init(key: UInt64, account: Int32, countsAtOnce: Bool, at time: Milliseconds) {
        self.key = key
        self.account = account
        self.countsAtOnce = countsAtOnce
        touched = time
    }

    func hasRecipient(_ identity: UInt64) -> Bool {
        firstRecipient == identity || (!moreRecipients.isEmpty && moreRecipients.contains(identity))
    }

    mutating func addRecipient(_ identity: UInt64) {
        if firstRecipient == 0 { firstRecipient = identity } else { moreRecipients.append(identity) }
    }

    /// Leaves the place free.
    mutating func end() {
        key = 0
        carriers = []
        moreRecipients = []
    }

    func share(of carrier: Int32) -> CarrierShare? {
        for share in carriers where share.carrier == carrier { return share }
        return nil
    }

    mutating func noteCarrier(_ carrier: Int32, _ amount: Amount) {
        if let index = carriers.firstIndex(where: { $0.carrier == carrier }) {
            carriers[index].recipients += 1
            carriers[index].reserved = carriers[index].reserved + amount
        } else {
            carriers.append(CarrierShare(carrier: carrier, recipients: 1, reserved: amount))
        }
    }
}

/// The transactions in progress.
struct TransactionTable: Sendable {
    /// More transactions at once than any Postfix has processes for.
    static let mostOpen = 100_000

    private var slots: ContiguousArray<Transaction> = []
    private var free: ContiguousArray<Int32> = []
    private var byKey = KeyIndex()
    private var opened: UInt64 = 0
    private var hand = 0
    /// Places that the hand looks at.
    private static let candidates = 16

    var count: Int { byKey.count }
    var isFull: Bool { free.isEmpty && slots.count >= Self.mostOpen }

    subscript(index: Int32) -> Transaction {
        _read { yield slots[Int(index)] }
        _modify { yield &slots[Int(index)] }
    }

    func find(_ key: UInt64) -> Int32? { byKey.find(key) }

    func isOpen(_ index: Int32, _ serial: UInt64) -> Bool {
        index >= 0 && slots[Int(index)].key != 0 && slots[Int(index)].serial == serial
    }

    mutating func open(_ transaction: Transaction) -> Int32 {
        let index: Int32
        if let place = free.popLast() {
            index = place
            slots[Int(place)] = transaction
        } else {
            index = Int32(slots.count)
            slots.append(transaction)
        }
        opened += 1
        slots[Int(index)].serial = opened
        byKey.insert(transaction.key, index)
        return index
    }

    /// Ends a transaction; its reservations are the caller's to settle before.
    mutating func close(_ index: Int32) {
        byKey.remove(slots[Int(index)].key)
        slots[Int(index)].end()
        free.append(index)
    }

    /// Indices of those that were not heard of since `time`.
    func idle(since time: Milliseconds) -> [Int32] {
        slots.indices.filter { slots[$0].key != 0 && slots[$0].touched <= time }.map(Int32.init)
    }

    /// One that was not heard of for longer than most, to make room where the table is full.
    mutating func leastLately() -> Int32 {
        var best = hand
        for _ in 0..<Self.candidates {
            if slots[hand].touched < slots[best].touched { best = hand }
            hand = hand + 1 == slots.count ? 0 : hand + 1
        }
        return Int32(best)
    }

    /// Carriers have new numbers; what is reserved for one that is no more is forgotten.
    mutating func renumberCarriers(_ moved: [Int32: Int32]) {
        for index in slots.indices where slots[index].key != 0 {
            slots[index].hold?.renumberCarrier(moved)
            slots[index].carriers = slots[index].carriers.compactMap { share in
                moved[share.carrier].map {
                    Transaction.CarrierShare(carrier: $0, recipients: share.recipients, reserved: share.reserved)
                }
            }
        }
    }
}
