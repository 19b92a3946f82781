/// Sources of one kind, addresses or networks, in bounded memory.
///
/// When all places are taken, a newcomer gets the place of the lightest of a few that a hand points at. It goes round all
/// places in wide steps, since heavy sources that came together lie together. One that is heavier than most is passed
/// over every time, so the heaviest survive any number of sources that are seen once; and unlike Space-Saving's, a count
/// here is never another source's, since sources are refused by it.
package struct SourceTable: Sendable {
    package private(set) var records: ContiguousArray<SourceRecord> = []
    private var slots: ContiguousArray<Int32>
    private let capacity: Int
    private let seed: UInt64
    private var hand = 0
    /// The hand's step when the table is full; it has no divisor in common with the number of places.
    private let step: Int
    /// Places that the hand looks at.
    private static let candidates = 16
    /// Sources that had to go.
    package private(set) var evicted = 0

    package init(capacity: Int, seed: UInt64) {
        self.capacity = max(capacity, Self.candidates)
        step = Self.step(round: self.capacity)
        self.seed = seed | 1
        slots = ContiguousArray(repeating: -1, count: 256)
    }

    private static func step(round places: Int) -> Int {
        var step = places * 5 / 8
        while greatestCommonDivisor(step, places) > 1 { step += 1 }
        return step
    }

    private static func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
        other == 0 ? one : greatestCommonDivisor(other, one % other)
    }

    private func slot(of network: Network) -> Int {
        var hash = (network.base.high ^ seed) &* 0x9e37_79b9_7f4a_7c15
        hash = (hash ^ hash >> 29 ^ network.base.low ^ UInt64(network.prefix) << 56) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ hash >> 32) &* 0x94d0_49bb_1331_11eb
        return Int(truncatingIfNeeded: hash ^ hash >> 29) & (slots.count - 1)
    }

    package func find(_ network: Network) -> Int32? {
        var slot = slot(of: network)
        while slots[slot] >= 0 {
            if records[Int(slots[slot])].network == network { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// Of the last hour; 0 where the network is not known.
    func count(_ offence: SourceRecord.Offence, of network: Network, at time: Milliseconds) -> Int {
        find(network).map { records[Int($0)].count(offence, at: time) } ?? 0
    }

    func prefetchSlot(of network: Network) { prefetch(slots, at: slot(of: network)) }

    /// Asks for the record that is probably the network's.
    /// - Returns: its index.
    func prefetchRecord(of network: Network) -> Int32? {
        let index = slots[slot(of: network)]
        guard index >= 0 else { return nil }
        prefetch(records, at: Int(index))
        return index
    }

    func prefetchAccounts(_ index: Int32) { records[Int(index)].accounts.prefetchUses() }

    package subscript(index: Int32) -> SourceRecord {
        get { records[Int(index)] }
        _modify { yield &records[Int(index)] }
    }

    /// The place of a source, which is made if it has none.
    /// - Returns: its index, and whether the place was another's or is new, so that its meter must be reset.
    package mutating func place(_ network: Network, at time: Milliseconds) -> (index: Int32, fresh: Bool) {
        if let found = find(network) { return (found, false) }
        let index: Int32
        if records.count < capacity {
            index = Int32(records.count)
            records.append(SourceRecord(network: network, at: time))
            if records.count * 2 > slots.count { grow() } else { enter(index) }
        } else {
            index = lightest(at: time)
            remove(index)
            records[Int(index)] = SourceRecord(network: network, at: time)
            enter(index)
            evicted += 1
        }
        return (index, true)
    }

    private mutating func lightest(at time: Milliseconds) -> Int32 {
        var best = hand
        var bestWeight = Int.max
        for _ in 0..<Self.candidates {
            let weight = records[hand].weight(at: time)
            if weight < bestWeight || weight == bestWeight && records[hand].lastSeen < records[best].lastSeen {
                best = hand
                bestWeight = weight
            }
            hand = (hand + step) % records.count
        }
        return Int32(best)
    }

    private mutating func enter(_ index: Int32) {
        var slot = slot(of: records[Int(index)].network)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = index
    }

    private mutating func grow() {
        slots = ContiguousArray(repeating: -1, count: slots.count * 2)
        for index in records.indices { enter(Int32(index)) }
    }

    /// Frees a place and moves back those that were pushed on by it (Knuth, volume 3, 6.4, algorithm R).
    private mutating func remove(_ index: Int32) {
        let mask = slots.count - 1
        var gap = slot(of: records[Int(index)].network)
        while slots[gap] != index { gap = (gap + 1) & mask }
        var probe = gap
        while true {
            probe = (probe + 1) & mask
            guard slots[probe] >= 0 else { break }
            let home = slot(of: records[Int(slots[probe])].network)
            // Moves only where its home does not lie between the gap and here.
            if (probe - home) & mask >= (probe - gap) & mask {
                slots[gap] = slots[probe]
                gap = probe
            }
        }
        slots[gap] = -1
    }
}
