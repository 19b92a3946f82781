/// Events of the last hour, in twelve parts of five minutes: what is told is of the last 55 to 60 minutes.
package struct HourCounter: Sendable {
    private var parts = InlineArray<12, UInt16>(repeating: 0)
    /// Number of the five minutes, since the steady clock's zero, that was written last.
    private var current: Int32 = 0
    /// Sum of all parts.
    private var total: UInt32 = 0

    package init() {}

    private static func part(_ time: Milliseconds) -> Int32 { Int32(truncatingIfNeeded: time / 300_000) }

    package mutating func add(_ count: Int = 1, at time: Milliseconds) {
        let now = Self.part(time)
        if now > current {
            var gone = current + 1
            if now - gone >= 12 { gone = now - 11 }
            while gone <= now {
                total -= UInt32(parts[Int(gone % 12)])
                parts[Int(gone % 12)] = 0
                gone += 1
            }
            current = now
        }
        let index = Int(current % 12)
        let added = min(count, Int(UInt16.max - parts[index]))
        parts[index] += UInt16(added)
        total += UInt32(added)
    }

    package func count(at time: Milliseconds) -> Int {
        let now = Self.part(time)
        if total == 0 || now <= current { return Int(total) }
        var sum = 0
        for back in 0..<Int32(12) {
            let part = current - back
            if part < 0 || now - part >= 12 { break }
            sum += Int(parts[Int(part % 12)])
        }
        return sum
    }
}
