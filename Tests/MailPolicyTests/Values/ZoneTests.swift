import Foundation
import Testing

@testable import MailPolicy

@Suite("Zones and dates")
struct ZoneTests {
    static let zones = [Zones.tokyo, Zones.berlin, Zones.havana, Zones.lordHowe, Zones.cairo, .utc]

    @Test(arguments: zones)
    func datesAreFoundations(zone: ZoneOffsets) {
        let calendar = Zones.calendar(zone)
        var random = SplitMix64(seed: 12)
        for wall in Self.walls(zone, &random) {
            let date = Date(timeIntervalSince1970: Double(wall) / 1000)
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
            let civil = CivilDate(local: wall + zone.offset(at: wall))
            #expect(civil.year == parts.year && civil.month == parts.month && civil.day == parts.day)
            #expect(civil.hour == parts.hour && civil.minute == parts.minute && civil.second == parts.second)
            #expect(civil.local == (wall + zone.offset(at: wall)) / 1000 * 1000)
        }
    }

    @Test(arguments: zones)
    func daysWeeksAndMonthsBeginAndEndWithFoundations(zone: ZoneOffsets) {
        let calendar = Zones.calendar(zone)
        var random = SplitMix64(seed: 13)
        for wall in Self.walls(zone, &random) {
            for unit in [Limit.CalendarUnit.day, .week, .month] {
                let start = unit.start(at: wall, zone: zone)
                #expect(start == CountingModel.start(unit, at: wall, calendar), "\(unit) of \(wall) in \(zone.name)")
                let end = unit.end(at: wall, zone: zone)
                #expect(start <= wall && wall < end)
                #expect(unit.start(at: end, zone: zone) == end)
                #expect(unit.start(at: end - 1, zone: zone) == start)
            }
        }
    }

    @Test(arguments: zones)
    func hoursBeginOnTheHourOfTheClock(zone: ZoneOffsets) {
        var random = SplitMix64(seed: 14)
        for wall in Self.walls(zone, &random) {
            let start = Limit.CalendarUnit.hour.start(at: wall, zone: zone)
            #expect(start <= wall && wall - start < .hour)
            let local = CivilDate(local: start + zone.offset(at: wall))
            #expect(local.minute == 0 && local.second == 0)
        }
    }

    @Test func midnightThatIsSkippedOrRepeatedBeginsTheDayOnce() throws {
        // Cairo went from 00:00 to 01:00 on 2024-04-26; Havana from 01:00 back to 00:00 on 2024-11-03.
        let skipped = Milliseconds(1_714_082_400_000)
        #expect(Limit.CalendarUnit.day.start(at: skipped + .hour, zone: Zones.cairo) == skipped)
        #expect(Limit.CalendarUnit.day.start(at: skipped - 1, zone: Zones.cairo) == skipped - .day)
        let repeated = Milliseconds(1_730_606_400_000)
        #expect(Limit.CalendarUnit.day.start(at: repeated + 90 * .minute, zone: Zones.havana) == repeated)
        #expect(Limit.CalendarUnit.day.end(at: repeated, zone: Zones.havana) == repeated + 25 * .hour)
    }

    @Test func timesAreWrittenInTheZone() {
        #expect(
            Zones.tokyo.text(of: Moment.noon.wall) == "2026-11-25 12:00:00 \(Zones.tokyo.transitions[0].abbreviation)")
        #expect(ZoneOffsets.utc.text(of: 1000) == "1970-01-01 00:00:01 UTC")
    }

    /// Times at random, and at and around the changes of the clocks.
    private static func walls(_ zone: ZoneOffsets, _ random: inout SplitMix64) -> [Milliseconds] {
        var walls = (0..<1500).map { _ in Milliseconds.random(in: 1_577_836_800_000..<1_900_000_000_000, using: &random)
        }
        for transition in zone.transitions.dropFirst(3) {
            for offset in [-1, 0, 1, -30 * .minute, .hour, 25 * .hour] as [Milliseconds] {
                walls.append(transition.from + offset)
            }
        }
        return walls
    }
}
