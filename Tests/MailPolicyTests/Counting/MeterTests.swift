import Testing

@testable import MailPolicy

@Suite("Meter")
struct MeterTests {
    private static let message = Amount(messages: 1, recipients: 2, bytes: 100)

    @Test(arguments: 0..<UInt64(8))
    func countsAreExactToTheMillisecond(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var meter = Meter()
        var events: [(at: Milliseconds, amount: Amount)] = []
        var time: Milliseconds = 1_000_000
        for _ in 0..<Meter.exactEntries {
            time += .random(in: 0...40_000, using: &random)
            let amount = Amount(messages: 1, recipients: .random(in: 1...50, using: &random), bytes: 7)
            meter.count(amount, at: time, retention: .day)
            events.append((time, amount))
        }
        for _ in 0..<300 {
            let start = time - .random(in: 0...(.day), using: &random)
            let expected = events.filter { $0.at > start }.reduce(Amount.zero) { $0 + $1.amount }
            #expect(meter.counted(after: start) == expected)
            let wanted = Int64.random(in: 1...max(expected.recipients, 1), using: &random)
            var sum: Int64 = 0
            let reached = events.filter { $0.at > start }.first {
                sum += $0.amount.recipients
                return sum >= wanted
            }
            #expect(meter.time(ofReaching: wanted, .recipients, after: start) == reached?.at)
        }
    }

    /// Beyond the exact entries a count may leave late, by at most the part of its age that is promised, and never early.
    @Test(
        arguments: [(7, 30 * Milliseconds.day, 32), (400, .day, 64), (20_000, 7 * .day, 128)]
            as [(Milliseconds, Milliseconds, Milliseconds)])
    func heavyTrafficIsCountedALittleLongAndNeverShort(
        spacing: Milliseconds, retention: Milliseconds, part: Milliseconds
    ) {
        var random = SplitMix64(seed: 5)
        var meter = Meter()
        var times: [Milliseconds] = []
        var time: Milliseconds = 0
        for _ in 0..<60_000 {
            time += .random(in: 0...2 * spacing, using: &random)
            times.append(time)
            meter.count(Self.message, at: time, retention: retention)
        }
        for _ in 0..<2000 {
            let start = time - .random(in: 0...min(retention, time), using: &random)
            let counted = meter.counted(.messages, after: start)
            #expect(counted >= Int64(times.count - Self.index(after: start, in: times)))
            let lenient = start - (time - start) / part - 1
            #expect(counted <= Int64(times.count - Self.index(after: lenient, in: times)))
        }
    }

    private static func index(after start: Milliseconds, in times: [Milliseconds]) -> Int {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] > start { high = middle } else { low = middle + 1 }
        }
        return low
    }

    @Test func heavyTrafficStaysBoundedInMemory() {
        var meter = Meter()
        for time in 0..<Milliseconds(300_000) { meter.count(Self.message, at: time, retention: 31 * .day) }
        var kept = 0
        meter.history(after: .min) { _, _ in kept += 1 }
        #expect(kept <= Meter.exactEntries)
        #expect(meter.counted(.messages, after: -1) == 300_000)
    }

    @Test func whatIsOlderThanTheRetentionIsForgotten() {
        var meter = Meter()
        for time in 0..<Milliseconds(10_000) { meter.count(Self.message, at: time * 100, retention: 1000) }
        #expect(meter.counted(.messages, after: 999_900 - 1000) == 10)
        var kept = 0
        meter.history(after: .min) { _, _ in kept += 1 }
        #expect(kept <= 10)
    }

    @Test func aTimeBeforeTheNewestIsTakenAsTheNewest() {
        var meter = Meter()
        meter.count(Self.message, at: 5000, retention: .day)
        meter.count(Self.message, at: 1000, retention: .day)
        #expect(meter.counted(.messages, after: 4999) == 2)
    }

    @Test func historyGivesBackWhatWasCounted() {
        var random = SplitMix64(seed: 3)
        var meter = Meter()
        var copy = Meter()
        var time: Milliseconds = 0
        for _ in 0..<5000 {
            time += .random(in: 0...100, using: &random)
            meter.count(Self.message, at: time, retention: .hour)
        }
        meter.history(after: time - .minute) { copy.count($1, at: $0, retention: .hour) }
        for back in stride(from: Milliseconds(0), to: .minute, by: 977) {
            #expect(copy.counted(after: time - back) == meter.counted(after: time - back))
        }
    }

    @Test func whatIsGivenBackTwiceDoesNotGoBelowNothing() {
        var meter = Meter()
        meter.reserve(Self.message)
        meter.giveBack(Self.message)
        meter.giveBack(Self.message)
        #expect(meter.reserved == .zero)
        #expect(meter.isEmpty)
    }
}
