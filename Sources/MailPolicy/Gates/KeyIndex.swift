/// Finds a number by a 64-bit key that is a hash already: open addressing with linear probing.
struct KeyIndex: Sendable {
    private struct Slot: Sendable {
        /// 0 where free.
        var key: UInt64 = 0
        var number: Int32 = -1
    }

    private var slots: ContiguousArray<Slot>
    private(set) var count = 0

    init() { slots = ContiguousArray(repeating: Slot(), count: 64) }

    /// The keys have bits that are always set, so they are mixed once more (Fibonacci hashing).
    private func home(of key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 32) & (slots.count - 1)
    }

    /// Where the key is, or where it would go.
    private func place(of key: UInt64) -> Int {
        var slot = home(of: key)
        while slots[slot].key != key, slots[slot].key != 0 { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    func find(_ key: UInt64) -> Int32? {
        let slot = slots[place(of: key)]
        return slot.key == key ? slot.number : nil
    }

    /// - Parameter key: not 0.
    mutating func insert(_ key: UInt64, _ number: Int32) {
        if (count + 1) * 2 > slots.count { grow() }
        let slot = place(of: key)
        if slots[slot].key == 0 { count += 1 }
        slots[slot] = Slot(key: key, number: number)
    }

    private mutating func grow() {
        let old = slots
        slots = ContiguousArray(repeating: Slot(), count: old.count * 2)
        for slot in old where slot.key != 0 { slots[place(of: slot.key)] = slot }
    }

    /// Frees a key's slot and moves back those that were pushed on by it (Knuth, volume 3, 6.4, algorithm R).
    mutating func remove(_ key: UInt64) {
        let mask = slots.count - 1
        var gap = place(of: key)
        guard slots[gap].key == key else { return }
        count -= 1
        var probe = (gap + 1) & mask
        while slots[probe].key != 0 {
            // Moves only where its home does not lie between the gap and here.
            if (probe - home(of: slots[probe].key)) & mask >= (probe - gap) & mask {
                slots[gap] = slots[probe]
                gap = probe
            }
            probe = (probe + 1) & mask
        }
        slots[gap] = Slot()
    }
}
