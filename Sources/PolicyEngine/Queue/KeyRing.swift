/// A first-in, first-out line of keys in one block of memory.
struct KeyRing: Sendable {
    private var slots: [PackedQueueID] = []
    private var head = 0
    private(set) var count = 0

    var first: PackedQueueID? { count == 0 ? nil : slots[head] }

    mutating func append(_ key: PackedQueueID) {
        if count == slots.count { grow(with: key) }
        slots[(head + count) % slots.count] = key
        count += 1
    }

    mutating func popFirst() -> PackedQueueID? {
        guard count > 0 else { return nil }
        defer {
            head = (head + 1) % slots.count
            count -= 1
        }
        return slots[head]
    }

    private mutating func grow(with filler: PackedQueueID) {
        let ordered = (0..<count).map { slots[(head + $0) % slots.count] }
        slots = ordered + Array(repeating: filler, count: max(64, count))
        head = 0
    }
}
