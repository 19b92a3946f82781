import ControlProtocol
import Testing

@testable import OperatorConsole

@Suite struct FigureTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (1_204_882, "1,204,882"), (-1_234, "-1,234"),
        (Int.max, "9,223,372,036,854,775,807"), (Int.min, "-9,223,372,036,854,775,808"),
    ])
    func countsAreGrouped(_ value: Int, _ text: String) { #expect(Figures.count(value) == text) }

    @Test(arguments: [(0.2, "0.20"), (1.5, "1.5"), (20, "20"), (1_284.4, "1,284"), (0, "0"), (Double.nan, "-")])
    func ratesHaveTheDecimalsThatMatter(_ value: Double, _ text: String) { #expect(Figures.rate(value) == text) }

    @Test func nothingButAllIsAHundredPercent() {
        #expect(Figures.percent(0.99999) == "99.9")
        #expect(Figures.percent(1) == "100")
        #expect(Figures.wholePercent(0.999) == "99")
        #expect(Figures.wholePercent(1) == "100")
    }

    @Test(arguments: [
        (12_000, "12 s"), (180_000, "3 min"), (79_200_000, "22 h"), (172_800_000, "2 d"), (200_000_000_000, "6 y"),
        (-5, "0 s"),
    ])
    func spansAreInOneUnit(_ milliseconds: Int64, _ text: String) {
        #expect(Figures.span(milliseconds: milliseconds) == text)
    }

    @Test(arguments: [(820, "820 B"), (4_800, "4.8 KB"), (10_486, "10 KB"), (12_400_000, "12 MB"), (999_700, "1.0 MB")])
    func sizesAreInDecimalUnits(_ bytes: Int, _ text: String) { #expect(Figures.bytes(bytes) == text) }

    @Test func timesAreInTheSitesZone() {
        var status = ConsoleSession.status()
        status.zoneOffsetSeconds = 32_400
        let clock = SiteClock(status)
        // 2026-11-24T15:30:05Z is past midnight in Japan.
        let at: EpochMilliseconds = 1_795_534_205_000
        #expect(clock.time(at) == "00:30:05")
        #expect(clock.date(at) == "2026-11-25")
        #expect(clock.dayAndMinute(at, now: at - 86_400_000) == "Wed 00:30")
        #expect(clock.date(951_782_400_000) == "2000-02-29")
        #expect(clock.date(-1) == "1970-01-01")
    }

    @Test func noTimeTraps() {
        let clock = SiteClock(ConsoleSession.status())
        for at in [EpochMilliseconds.min, .max, 0, -86_400_000 * 400_000] {
            #expect(!clock.time(at).isEmpty)
            #expect(!clock.date(at).isEmpty)
        }
    }

    @Test(arguments: [("30m", 1_800), ("24h", 86_400), ("7d", 604_800), (" 90 s ", 90), ("2W", 1_209_600)])
    func durationsAreWhatTheySay(_ text: String, _ seconds: Int) { #expect(Lasting(text) == .seconds(seconds)) }

    @Test(arguments: ["", "h", "0h", "-1h", "1.5h", "24", "99999999999999999999d", "400000d", "24 hours", "１h"])
    func whatIsNoDurationIsNone(_ text: String) { #expect(Lasting(text) == nil) }

    @Test func bytesAreTakenInBytesAndTheRestIsCounted() {
        #expect(Figures.taken(12_345, of: "20000 recipients per day") == "12,345")
        #expect(Figures.taken(389_000_000, of: "500 MB per calendar day") == "389 MB")
        #expect(Figures.taken(1_200, of: "9000 bytes per day") == "1.2 KB")
        #expect(Figures.taken(3, of: "") == "3")
    }

    @Test(arguments: [
        ("10 messages per day", "10 msg/day"), ("500 recipients per hour", "500 rcpt/hour"),
        ("5 MB per calendar day", "5 MB/calendar day"), ("1 message per minute", "1 msg/minute"), ("per", "per"),
        ("", ""),
    ])
    func aLimitIsShortInAColumn(_ limit: String, _ short: String) { #expect(Figures.shortLimit(limit) == short) }

    @Test func noneLastsUntilUndone() { #expect(Lasting("none") == .untilUndone) }

    @Test func aDomainThatSaysNothingIsToldApartFromOneThatFails() {
        func cell(_ counts: FindingCounts?) -> String {
            let figures = counts.map { MethodFigures(minute: $0, hour: $0, day: $0) }
            let row = DomainRow(
                domain: "a.example", own: false, messagesLastHour: 4, methods: figures.map { ["dkim": $0] } ?? [:])
            return DomainCells.rate(row, "dkim").text
        }
        #expect(cell(FindingCounts(none: 4)) == "none")
        #expect(cell(FindingCounts(fail: 1, none: 3)) == "0.0")
        #expect(cell(FindingCounts(pass: 3, none: 1)) == "75.0")
        #expect(cell(FindingCounts(pass: 4)) == "100")
        #expect(cell(nil) == "-")
    }
}
