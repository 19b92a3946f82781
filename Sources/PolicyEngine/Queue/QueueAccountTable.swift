import ControlProtocol

/// The table behind ``QueueAccountMap``: pairs by packed ID, in the order in which they are to be looked at again.
struct QueueAccountTable: Sendable {
    private struct Slot: Sendable {
        var account: UInt32
        /// Seconds since 1970.
        var learntAt: UInt32
        /// When it was last learnt or seen in the queue.
        var touchedAt: UInt32
        /// When it was put into the line.
        var linedAt: UInt32
        /// When it was last handed to the store.
        var storedAt: UInt32
    }

    private let capacity: Int
    private let keepSeconds: UInt32
    private var slots: [PackedQueueID: Slot] = [:]
    private var names = AccountNames()
    /// Each key of ``slots`` once, the least lately looked at first.
    private var line = KeyRing()
    private var learnt = KeyRing()
    private var forgotten = KeyRing()

    init(capacity: Int, keepSeconds: UInt32) {
        self.capacity = capacity
        self.keepSeconds = keepSeconds
    }

    var count: Int { slots.count }

    func account(of key: PackedQueueID) -> String? {
        slots[key].map { names[$0.account] }
    }

    /// The account of a message, if it was learnt about when the message arrived. Short queue IDs are used again, by mail
    /// that no gate saw as well, and such a message must not be taken for the account's.
    func account(of key: PackedQueueID, arrival: EpochMilliseconds) -> String? {
        guard let slot = slots[key] else { return nil }
        if key.isLong { return names[slot.account] }
        let late = Int64(slot.learntAt) - arrival / 1_000
        return (-Self.clockTolerance...Self.longestEnvelope).contains(late) ? names[slot.account] : nil
    }

    /// Seconds from the making of the queue file, at the first recipient, to DATA.
    private static let longestEnvelope: Int64 = 7_200
    /// Seconds by which the engine's clock may be behind Postfix's.
    private static let clockTolerance: Int64 = 600

    mutating func learn(_ key: PackedQueueID, account: String, at time: EpochMilliseconds, stored: Bool) {
        let seconds = Self.seconds(time)
        if let old = slots[key] {
            if names[old.account] == account { return }
            names.release(old.account)
        } else {
            if slots.count >= capacity { dropOldest() }
            line.append(key)
        }
        let linedAt = slots[key]?.linedAt ?? seconds
        slots[key] = Slot(
            account: names.use(account), learntAt: seconds, touchedAt: seconds, linedAt: linedAt, storedAt: seconds)
        if !stored { note(key, in: &learnt) }
    }

    /// It is in the queue: it stays. What the store has of it is renewed each day, or it would be dropped there as too old
    /// while the message is on hold.
    mutating func touch(_ key: PackedQueueID, at time: EpochMilliseconds) {
        guard let index = slots.index(forKey: key) else { return }
        let now = Self.seconds(time)
        slots.values[index].touchedAt = max(slots.values[index].touchedAt, now)
        guard Self.add(slots.values[index].storedAt, Self.renewal) <= now else { return }
        slots.values[index].storedAt = now
        note(key, in: &learnt)
    }

    private static let renewal: UInt32 = 86_400

    /// Gives a pair that the store had the time of one that has just gone.
    mutating func spare(_ key: PackedQueueID, until time: EpochMilliseconds) {
        guard let index = slots.index(forKey: key) else { return }
        slots.values[index].touchedAt = max(slots.values[index].touchedAt, Self.seconds(time))
    }

    /// Looks at the first of the line: forgets those that were not seen for long, and puts the others at the end. So
    /// each is looked at once in the time that it is kept, and gone before twice that time.
    ///
    /// - Returns: whether more may be due.
    mutating func sweep(asOf time: EpochMilliseconds, atMost: Int) -> Bool {
        let now = Self.seconds(time)
        for _ in 0..<atMost {
            guard let key = line.first, var slot = slots[key] else { return false }
            if Self.add(slot.linedAt, keepSeconds) >= now { return false }
            _ = line.popFirst()
            if Self.add(slot.touchedAt, keepSeconds) < now {
                forget(key, slot)
            } else {
                slot.linedAt = now
                slots[key] = slot
                line.append(key)
            }
        }
        return true
    }

    /// Spares, for some tries, those that were in the queue after they were learnt.
    private mutating func dropOldest() {
        for attempt in 0..<8 {
            guard let key = line.popFirst(), let slot = slots[key] else { return }
            if attempt < 7 && slot.touchedAt > slot.learntAt {
                line.append(key)
                continue
            }
            forget(key, slot)
            return
        }
    }

    private mutating func forget(_ key: PackedQueueID, _ slot: Slot) {
        names.release(slot.account)
        slots[key] = nil
        note(key, in: &forgotten)
    }

    /// While nothing is drained no more than ``capacity`` is noted; a pair that the store keeps too long is loaded,
    /// missed and forgotten again.
    private func note(_ key: PackedQueueID, in ring: inout KeyRing) {
        if ring.count >= capacity { _ = ring.popFirst() }
        ring.append(key)
    }

    mutating func drainChanges(limit: Int) -> QueueAccountMap.Changes {
        var changes = QueueAccountMap.Changes()
        while changes.forgotten.count < limit, let key = forgotten.popFirst() {
            // Learnt again since: it stays, under its new account.
            if slots[key] == nil { changes.forgotten.append(key.text) }
        }
        while changes.learnt.count < limit, let key = learnt.popFirst() {
            guard let slot = slots[key] else { continue }
            // Only for an ID that is used again does it matter when it was learnt.
            let at = key.isLong ? slot.storedAt : slot.learntAt
            changes.learnt.append(
                QueueAccountMap.Pair(
                    queueID: key.text, account: names[slot.account], learntAt: EpochMilliseconds(at) * 1_000))
        }
        return changes
    }

    mutating func giveBack(_ changes: QueueAccountMap.Changes) {
        for key in changes.learnt.compactMap({ PackedQueueID($0.queueID) }) where slots[key] != nil {
            note(key, in: &learnt)
        }
        for key in changes.forgotten.compactMap(PackedQueueID.init) where slots[key] == nil {
            note(key, in: &forgotten)
        }
    }

    private static func seconds(_ time: EpochMilliseconds) -> UInt32 { UInt32(clamping: time / 1_000) }

    private static func add(_ one: UInt32, _ other: UInt32) -> UInt32 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
