import Testing

@testable import MailPolicy

@Suite("Counting: random traffic against an exact model")
struct CountingPromisesTests {
    static let rolling: [[Limit]] = [
        [Limit(10, .messages, per: .rolling(.day)), Limit(3, .messages, per: .rolling(.minute))],
        [Limit(8, .messages, per: .rolling(.hour)), Limit(30, .recipients, per: .rolling(6 * .hour))],
        [Limit(2_000_000, .bytes, per: .rolling(.hour)), Limit(12, .recipients, per: .rolling(10 * .minute))],
    ]
    static let calendar: [[Limit]] = [
        [Limit(10, .messages, per: .calendar(.day)), Limit(4, .messages, per: .calendar(.hour))],
        [Limit(20, .recipients, per: .calendar(.day)), Limit(3_000_000, .bytes, per: .calendar(.week))],
        [Limit(40, .messages, per: .calendar(.month)), Limit(9, .recipients, per: .rolling(.hour))],
    ]

    @Test(arguments: 0..<UInt64(12))
    func noRollingPeriodIsEverOver(seed: UInt64) throws {
        var traffic = RandomTraffic(seed: seed, zone: .utc, plans: Self.rolling, at: .noon)
        traffic.stepsWall = true
        try traffic.run(steps: 1500)
        #expect(traffic.accepted > 100)
        #expect(traffic.refused > 100)
        #expect(traffic.repeats > 100)
        for login in traffic.logins {
            for limit in traffic.limits(of: login) {
                #expect(traffic.model.fullest(limit, of: login) <= limit.quantity)
            }
        }
    }

    @Test(arguments: 0..<UInt64(12))
    func changingALimitKeepsTheHistory(seed: UInt64) throws {
        var traffic = RandomTraffic(seed: 100 + seed, zone: .utc, plans: Self.rolling, at: .noon)
        traffic.changesLimits = true
        try traffic.run(steps: 1500)
        #expect(traffic.accepted > 100)
        #expect(traffic.refused > 100)
    }

    @Test(arguments: 0..<UInt64(8))
    func aRestartKeepsTheHistory(seed: UInt64) throws {
        var traffic = RandomTraffic(seed: 200 + seed, zone: Zones.tokyo, plans: Self.rolling, at: .noon)
        traffic.restarts = true
        traffic.changesLimits = true
        try traffic.run(steps: 1500)
        #expect(traffic.accepted > 100)
    }

    /// 2026-10-25 and 2027-03-28 are the days on which Berlin's clocks change.
    @Test(arguments: [1_792_800_000_000, 1_806_190_000_000] as [Milliseconds], 0..<UInt64(4))
    func calendarPeriodsFollowTheZone(start: Milliseconds, seed: UInt64) throws {
        for zone in [Zones.tokyo, Zones.berlin] {
            var traffic = RandomTraffic(seed: 300 + seed, zone: zone, plans: Self.calendar, at: Moment(start))
            traffic.changesLimits = true
            try traffic.run(steps: 1500)
            #expect(traffic.accepted > 100)
            #expect(traffic.refused > 100)
        }
    }
}
