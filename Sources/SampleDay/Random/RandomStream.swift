/// Numbers that look random and are the same for the same seed, on every machine and with every compiler.
///
/// xoshiro256** of Blackman and Vigna, its state filled by SplitMix64. The standard library's `random(in:using:)` is
/// not used with it, since how that draws from a generator is no promise.
struct RandomStream: Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// A stream for one purpose: what one draws does not shift the others.
    init(seed: UInt64, purpose: String) {
        var mixer = SplitMix64(state: seed)
        for byte in purpose.utf8 { mixer.state = mixer.next() ^ UInt64(byte) }
        state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
    }

    mutating func next() -> UInt64 {
        func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
        let result = rotated(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotated(state.3, 45)
        return result
    }

    /// 0 up to, but not including, the bound.
    mutating func below(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }

    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// 0 up to, but not including, 1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func chance(_ probability: Double) -> Bool { fraction() < probability }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    /// An index, each as often as its weight says.
    mutating func pick(weights: [Double]) -> Int {
        var point = fraction() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            point -= weight
            if point < 0 { return index }
        }
        return weights.count - 1
    }
}

/// Steele, Lea and Flood's generator, which turns any seed into well mixed words.
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
