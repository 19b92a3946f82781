import Testing

@testable import MailPolicy

@Suite("Pacing a carrier")
struct CarrierPacerTests {
    /// A carrier with enough demand at all times, and a timer that fires up to 5 ms late.
    private static func passes(
        _ pacer: inout CarrierPacer, seconds: Milliseconds, from start: Milliseconds, demand: Int = 40,
        _ random: inout SplitMix64
    ) -> [Milliseconds] {
        var now = start
        var ticket: UInt64 = UInt64(start)
        var passes: [Milliseconds] = []
        while now < start + seconds * 1000 {
            while pacer.waiting < demand {
                ticket += 1
                if pacer.arrive(ticket, at: now) == .passes { passes.append(now) }
            }
            guard let next = pacer.nextEvent, next < start + seconds * 1000 else { break }
            now = max(next, now) + .random(in: 0...5, using: &random)
            for outcome in pacer.advance(to: now) where outcome.passes { passes.append(now) }
        }
        return passes
    }

    @Test(arguments: [0.2, 5, 20, 300])
    func aRateIsHeldWithinTwoPercentWhateverTheTimersJitter(perSecond: Double) {
        var random = SplitMix64(seed: UInt64(perSecond * 10))
        var pacer = CarrierPacer(perSecond: perSecond, wait: 600_000)
        let seconds: Milliseconds = perSecond < 1 ? 1000 : 100
        let passes = Self.passes(&pacer, seconds: seconds, from: 1_000_000, &random)
        let expected = perSecond * Double(seconds)
        #expect(abs(Double(passes.count) - expected) <= expected * 0.02 + 1)
        // In no second more than the rate, its first and the timer's lateness.
        for (index, start) in passes.enumerated() {
            let inSecond = passes[index...].prefix { $0 < start + 1000 }.count
            #expect(Double(inSecond) <= perSecond * 1.025 + 1)
        }
    }

    @Test func aNewRateActsOnTheNextPlace() {
        var random = SplitMix64(seed: 1)
        var pacer = CarrierPacer(perSecond: 0.1, wait: 600_000)
        _ = Self.passes(&pacer, seconds: 1, from: 0, &random)
        pacer.setRate(20)
        let fast = Self.passes(&pacer, seconds: 10, from: 2000, &random)
        #expect((195...201).contains(fast.count))
        #expect((fast.first ?? .max) <= 2010)
        pacer.setRate(2)
        let slow = Self.passes(&pacer, seconds: 10, from: 12_010, &random)
        #expect((19...21).contains(slow.count))
    }

    @Test func rateZeroStopsUntilItIsRaised() {
        var pacer = CarrierPacer(perSecond: 0, wait: 30_000)
        #expect(pacer.arrive(1, at: 1000) == .waits)
        #expect(pacer.nextEvent == 31_000)
        #expect(pacer.advance(to: 30_999).isEmpty)
        pacer.setRate(5)
        #expect((pacer.nextEvent ?? .max) <= 1000)
        #expect(pacer.advance(to: 1100) == [CarrierPacer.Outcome(ticket: 1, passes: true, waited: 100)])
        pacer.setRate(0)
        #expect(pacer.arrive(2, at: 2000) == .waits)
        #expect(pacer.advance(to: 32_000) == [CarrierPacer.Outcome(ticket: 2, passes: false, waited: 30_000)])
    }

    @Test func whoeverWouldWaitTooLongIsRefusedAtOnce() {
        var pacer = CarrierPacer(perSecond: 1, wait: 2500)
        #expect(pacer.arrive(1, at: 0) == .passes)
        #expect(pacer.arrive(2, at: 0) == .waits)
        #expect(pacer.arrive(3, at: 0) == .waits)
        #expect(pacer.arrive(4, at: 0) == .refused(freeIn: 3000))
        pacer.leave(2)
        #expect(pacer.arrive(5, at: 0) == .waits)
        #expect(pacer.advance(to: 1000).map(\.ticket) == [3])
        #expect(pacer.advance(to: 2000).map(\.ticket) == [5])
    }

    @Test func nothingIsSavedUpWhileIdle() {
        var pacer = CarrierPacer(perSecond: 10, wait: 30_000)
        #expect(pacer.arrive(1, at: 0) == .passes)
        #expect(pacer.arrive(2, at: 3_600_000) == .passes)
        #expect(pacer.arrive(3, at: 3_600_000) == .waits)
        #expect(pacer.nextEvent == 3_600_100)
    }

    @Test func aTimerThatSleptGivesOnePlaceAndNoBurst() {
        var pacer = CarrierPacer(perSecond: 0.2, wait: 60_000)
        #expect(pacer.arrive(1, at: 0) == .passes)
        for ticket in UInt64(2)...5 { #expect(pacer.arrive(ticket, at: 0) == .waits) }
        #expect(pacer.advance(to: 9_990).map(\.ticket) == [2])
        #expect(pacer.nextEvent == 14_990)
    }

    @Test func aShorterWaitHoldsForThoseWhoWaitAlready() {
        var pacer = CarrierPacer(perSecond: 0, wait: 60_000)
        #expect(pacer.arrive(1, at: 0) == .waits)
        pacer.wait = 5000
        #expect(pacer.nextEvent == 5000)
        #expect(pacer.advance(to: 5000).map(\.passes) == [false])
    }

    @Test(arguments: [-1, .nan, .infinity, -.infinity, 1e-300, 1e300, .leastNonzeroMagnitude] as [Double])
    func noRateBreaksIt(perSecond: Double) {
        var pacer = CarrierPacer(perSecond: perSecond, wait: 1000)
        for ticket in UInt64(1)...20 { _ = pacer.arrive(ticket, at: 5) }
        _ = pacer.nextEvent
        _ = pacer.expectedWait(at: 5)
        pacer.setRate(perSecond)
        #expect(pacer.advance(to: 100_000).count <= 20)
        #expect(pacer.waiting == 0)
    }
}
