/// How much may pass in a period: `10 messages per day`.
package struct Limit: Sendable, Hashable {
    package enum Unit: UInt8, Sendable, Hashable, CaseIterable {
        case messages, recipients, bytes
    }

    package enum Period: Sendable, Hashable {
        /// The last so many milliseconds, at any moment.
        case rolling(Milliseconds)
        /// Since the calendar unit began in the site's time zone.
        case calendar(CalendarUnit)
    }

    package enum CalendarUnit: UInt8, Sendable, Hashable, CaseIterable {
        case hour, day
        /// From Monday (ISO 8601).
        case week
        case month
    }

    package var quantity: Int64
    package var unit: Unit
    package var period: Period

    package init(_ quantity: Int64, _ unit: Unit, per period: Period) {
        self.quantity = quantity
        self.unit = unit
        self.period = period
    }

    /// Two limits that measure the same: a later one replaces the earlier.
    package func measuresTheSame(as other: Limit) -> Bool { unit == other.unit && period == other.period }

    /// The longest period that a limit may have.
    package static let longestPeriod: Milliseconds = 31 * 86_400_000
}

extension Limit.Period {
    /// Where on the steady timeline the period that contains `now` began: what was counted at or before it does not
    /// count any more.
    package func start(at now: Moment, zone: ZoneOffsets) -> Milliseconds {
        switch self {
        case .rolling(let span): now.steady - span
        // A calendar period begins with the first millisecond of its day, which itself belongs to it.
        case .calendar(let unit): now.steady - (now.wall - unit.start(at: now.wall, zone: zone)) - 1
        }
    }

    /// The longest that a count can matter to this period.
    package var span: Milliseconds {
        switch self {
        case .rolling(let span): span
        case .calendar(.hour): 3_600_000
        // A day of 25 hours when the clocks go back.
        case .calendar(.day): 25 * 3_600_000
        case .calendar(.week): (7 * 24 + 1) * 3_600_000
        case .calendar(.month): (31 * 24 + 1) * 3_600_000
        }
    }
}

extension Limit.CalendarUnit {
    /// UTC milliseconds at which the unit that contains `wall` began in the zone.
    package func start(at wall: Milliseconds, zone: ZoneOffsets) -> Milliseconds {
        let local = wall + zone.offset(at: wall)
        let date = CivilDate(local: local)
        let midnight = CivilDate(year: date.year, month: date.month, day: date.day).local
        switch self {
        case .hour: return wall - (local - local.floorDivided(by: 3_600_000) * 3_600_000)
        case .day: return zone.utc(ofLocal: midnight)
        case .week:
            // 1970-01-01 was a Thursday.
            let weekday = (CivilDate.dayNumber(local: midnight) % 7 + 7 + 3) % 7
            return zone.utc(ofLocal: midnight - Milliseconds(weekday) * 86_400_000)
        case .month: return zone.utc(ofLocal: CivilDate(year: date.year, month: date.month, day: 1).local)
        }
    }

    /// UTC milliseconds at which the next unit begins.
    package func end(at wall: Milliseconds, zone: ZoneOffsets) -> Milliseconds {
        let start = start(at: wall, zone: zone)
        let beyond: Milliseconds =
            switch self {
            case .hour: 3_600_000
            // Noon of the day after the last, so that no change of the clocks can miss it.
            case .day: 36 * 3_600_000
            case .week: (7 * 24 + 12) * 3_600_000
            case .month: (31 * 24 + 12) * 3_600_000
            }
        return self == .hour ? start + beyond : self.start(at: start + beyond, zone: zone)
    }
}
