/// What is added to one series in one minute.
package struct HistoryIncrement: Sendable, Equatable {
    /// Such as `verdict/accepted`, `carrier/docomo/passed`.
    package var series: String
    /// Milliseconds since 1970; counted in the minute that contains it.
    package var at: Int64
    package var value: Int64

    package init(series: String, at: Int64, value: Int64) {
        self.series = series
        self.at = at
        self.value = value
    }

    /// The series that says in which minutes the engine ran: its value is whatever the engine adds, such as seconds.
    package static let uptime = "uptime"

    static let minute: Int64 = 60_000
    static let minutesPerDay: Int64 = 1_440
}

/// Some series over a range of minutes.
package struct HistoryTable: Sendable, Equatable {
    /// When the first minute begins, milliseconds since 1970.
    package var start: Int64
    /// One value a minute: `nil` where the engine did not run, 0 where it ran and nothing happened.
    package var values: [String: [Int64?]]

    package init(start: Int64, values: [String: [Int64?]]) {
        self.start = start
        self.values = values
    }
}
