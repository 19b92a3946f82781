import Testing

@testable import sekisho_bench

@Suite struct LatenciesTests {
    @Test func quantilesAreWithinOnePercentOfTheSortedValues() {
        var values: [UInt64] = []
        var latencies = Latencies()
        // From 1 ns to some minutes.
        var value: UInt64 = 1
        while value < 200_000_000_000 {
            values.append(value)
            latencies.add(nanoseconds: value)
            value += max(1, value / 37)
        }
        for part in [0, 0.1, 0.5, 0.9, 0.99, 0.999, 1] {
            let exact = Double(values[Int(Double(values.count - 1) * part)])
            #expect(abs(Double(latencies.quantile(part)) - exact) <= exact * 0.01)
        }
        #expect(latencies.quantile(1) == values.last)
        #expect(latencies.count == UInt64(values.count))
    }

    @Test func withoutAnswersAllIsZero() {
        #expect(Latencies().quantile(0.99) == 0)
    }

    @Test func theLongestTimeHasItsPlaceToo() {
        var latencies = Latencies()
        latencies.add(nanoseconds: .max)
        #expect(latencies.quantile(0.5) > .max / 100 * 99)
    }
}
