import ControlProtocol

/// Milliseconds of the machine's monotonic clock; only their differences mean something.
typealias Milliseconds = Int64

/// Wall-clock time in the site's zone, as the engine names it. The offset is that of the frame's own moment: times are
/// shown with it, which near a change of summer time can be an hour off for older ones.
struct SiteClock: Equatable, Sendable {
    var offsetSeconds: Int
    var abbreviation: String

    init(_ status: EngineStatus) {
        offsetSeconds = status.zoneOffsetSeconds
        abbreviation = status.zoneAbbreviation
    }

    /// `14:03:22`
    func time(_ at: EpochMilliseconds) -> String {
        let seconds = secondOfDay(at)
        return [seconds / 3600, seconds / 60 % 60, seconds % 60].map(twoDigits).joined(separator: ":")
    }

    /// `14:03`
    func minute(_ at: EpochMilliseconds) -> String { String(time(at).prefix(5)) }

    /// `Wed 14:03`, or with the date when it is six days away or more.
    func dayAndMinute(_ at: EpochMilliseconds, now: EpochMilliseconds) -> String {
        let day = civilDay(at)
        if day == civilDay(now) { return minute(at) }
        if at.since(now).magnitude < 6 * 86_400_000 {
            return Self.weekdays[(((day + 4) % 7) + 7) % 7] + " " + minute(at)
        }
        return date(at) + " " + minute(at)
    }

    /// `2026-11-25`
    func date(_ at: EpochMilliseconds) -> String {
        let (year, month, day) = Self.civil(civilDay(at))
        return "\(year)-\(twoDigits(month))-\(twoDigits(day))"
    }

    /// The time, or the nearest of the years 1 to 9999: whatever an engine sends, it can be reckoned with.
    static func bounded(_ at: EpochMilliseconds) -> EpochMilliseconds {
        min(max(at, -62_000_000_000_000), 253_000_000_000_000)
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    private func localSeconds(_ at: EpochMilliseconds) -> Int {
        return floorDivide(Int(Self.bounded(at)), 1000) + min(max(offsetSeconds, -86_400), 86_400)
    }
    private func civilDay(_ at: EpochMilliseconds) -> Int { floorDivide(localSeconds(at), 86_400) }
    private func secondOfDay(_ at: EpochMilliseconds) -> Int { localSeconds(at) - civilDay(at) * 86_400 }
    private func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private func floorDivide(_ value: Int, _ by: Int) -> Int {
        value >= 0 ? value / by : -((-value + by - 1) / by)
    }

    /// Year, month and day of a day counted from 1970-01-01, in the proleptic Gregorian calendar. Eras of 400 years
    /// that begin in March make the leap day the last of its year.
    private static func civil(_ days: Int) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
