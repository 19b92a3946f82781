/// Who was seen with whom, how often and when: the networks of an account, the accounts of a source.
package struct UseList<Key: Hashable & Sendable>: Sendable {
    package struct Use: Sendable {
        package var key: Key
        package var messages: UInt32
        package var refused: UInt32
        package var lastSeen: Milliseconds
    }

    package private(set) var uses: [Use] = []
    /// Index of the one that was noted last.
    private var latest = 0

    package init() {}

    /// Those that are looked at first.
    func prefetchUses() { prefetch(uses, upTo: 384) }

    /// - Parameters:
    ///   - bound: the most that are kept; a new one then takes the place of the one that was seen least lately.
    ///   - refused: whether the request was refused.
    package mutating func note(_ key: Key, refused: Bool, at time: Milliseconds, bound: Int) {
        let index = place(of: key, at: time, bound: bound)
        if refused { uses[index].refused &+= 1 } else { uses[index].messages &+= 1 }
        uses[index].lastSeen = time
    }

    private mutating func place(of key: Key, at time: Milliseconds, bound: Int) -> Int {
        // Whoever was seen last is mostly seen again.
        if latest < uses.count, uses[latest].key == key { return latest }
        if let known = uses.firstIndex(where: { $0.key == key }) {
            latest = known
            return known
        }
        let fresh = Use(key: key, messages: 0, refused: 0, lastSeen: time)
        if uses.count < bound {
            latest = uses.count
            uses.append(fresh)
        } else {
            latest = leastLatelySeen
            uses[latest] = fresh
        }
        return latest
    }

    private var leastLatelySeen: Int {
        var oldest = 0
        for index in uses.indices where uses[index].lastSeen < uses[oldest].lastSeen { oldest = index }
        return oldest
    }

    package func count(since time: Milliseconds) -> Int {
        var count = 0
        for use in uses where use.lastSeen > time { count += 1 }
        return count
    }
}
