/// How many answers took how long, in fixed memory: each power of two is parted in 128, so that a figure is at most 1 %
/// off.
struct Latencies {
    private static let partsBits = 7
    private static let parts = 1 << partsBits
    private var counts = [UInt64](repeating: 0, count: (64 - partsBits + 1) << partsBits)
    private(set) var count: UInt64 = 0
    private(set) var longest: UInt64 = 0

    mutating func add(nanoseconds: UInt64) {
        counts[Self.place(of: nanoseconds)] &+= 1
        count &+= 1
        if nanoseconds > longest { longest = nanoseconds }
    }

    /// The latency in nanoseconds that this part of the answers did not exceed; 0 if there were none.
    func quantile(_ part: Double) -> UInt64 {
        guard count > 0 else { return 0 }
        var left = UInt64(Double(count - 1) * part) + 1
        for (place, answers) in counts.enumerated() {
            if answers >= left { return min(Self.value(at: place), longest) }
            left -= answers
        }
        return longest
    }

    private static func place(of value: UInt64) -> Int {
        if value < UInt64(parts) { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - partsBits
        return (shift + 1) << partsBits + Int(value >> UInt64(shift)) & (parts - 1)
    }

    /// The middle of what is counted there.
    private static func value(at place: Int) -> UInt64 {
        if place < parts { return UInt64(place) }
        let shift = UInt64(place >> partsBits - 1)
        let low = UInt64(place & (parts - 1) | parts) << shift
        return low + (1 << shift) / 2
    }
}
