/// The day of the sample: Tuesday, 2026-11-24, in Japan.
package enum DayClock {
    /// UTC milliseconds of its midnight at +09:00.
    package static let midnight: Int64 = 1_795_446_000_000
    package static let length: Int64 = 86_400_000

    /// A time of day.
    package static func at(_ hour: Int, _ minute: Int, _ second: Double = 0) -> Int64 {
        midnight + Int64(hour * 3600 + minute * 60) * 1000 + Int64(second * 1000)
    }

    /// The moment that the queue listing shows, and at which a demonstration begins.
    package static let demonstration = at(14, 1)

    /// `2026-11-24T13:58:02.345+09:00`.
    static func text(of time: Int64) -> String {
        let inDay = Int(time - midnight)
        func padded(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let seconds = inDay / 1000
        return "2026-11-24T\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
            + ".\(padded(inDay % 1000, 3))+09:00"
    }

    /// `2026-11-01`: the date so many days before.
    static func dateText(daysBefore days: Int) -> String {
        var (year, month, day) = (2026, 11, 24 - days)
        while day < 1 {
            month -= 1
            if month == 0 { (year, month) = (year - 1, 12) }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            day += [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        }
        return "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }
}
