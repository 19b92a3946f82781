import ControlProtocol
import Foundation

/// Times as they are at the site: its zone, whatever zone the operator's own machine is in.
struct SiteClock {
    private let calendar: Calendar
    private let now: EpochMilliseconds
    private let abbreviation: String

    init(_ status: EngineStatus) {
        var calendar = Calendar(identifier: .gregorian)
        // Where this machine does not know the zone, its offset now is right for all but the times beyond a change.
        calendar.timeZone =
            TimeZone(identifier: status.timeZone) ?? TimeZone(secondsFromGMT: status.zoneOffsetSeconds) ?? .gmt
        self.calendar = calendar
        now = status.now
        abbreviation = status.zoneAbbreviation
    }

    /// `14:03:22` on the day of the frame, else `2026-03-31 14:03`.
    func time(_ time: EpochMilliseconds) -> String {
        let (then, today) = (components(time), components(now))
        let day = { (parts: DateComponents) in [parts.year, parts.month, parts.day] }
        let clock = two(then.hour) + ":" + two(then.minute)
        if day(then) == day(today) { return clock + ":" + two(then.second) }
        return "\(then.year ?? 0)-" + two(then.month) + "-" + two(then.day) + " " + clock
    }

    func time(_ time: EpochMilliseconds?, else other: String) -> String { time.map { self.time($0) } ?? other }

    /// `14:03:22 JST`.
    var nowWithZone: String { time(now) + " " + abbreviation }

    /// How long ago: `12 s`, `5 min`, `3 h`, `2 d`, `6 y`.
    func age(_ time: EpochMilliseconds) -> String {
        let seconds = max(0, (now - time) / 1_000)
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        case ..<63_072_000: "\(seconds / 86_400) d"
        default: "\(seconds / 31_536_000) y"
        }
    }

    private func components(_ time: EpochMilliseconds) -> DateComponents {
        let date = Date(timeIntervalSince1970: Double(time) / 1_000)
        return calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    }

    private func two(_ number: Int?) -> String {
        let text = String(number ?? 0)
        return text.count < 2 ? "0" + text : text
    }
}
