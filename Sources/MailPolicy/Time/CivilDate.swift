/// A date and time of day in the proleptic Gregorian calendar, without a zone.
package struct CivilDate: Sendable, Equatable {
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    package init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// From local milliseconds, which are UTC's plus the zone's offset.
    package init(local: Milliseconds) {
        let seconds = local.floorDivided(by: 1000)
        let days = seconds.floorDivided(by: 86_400)
        let inDay = Int(seconds - days * 86_400)
        // Days to civil over eras of 400 years that start on 1 March.
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1,
            hour: inDay / 3600, minute: inDay / 60 % 60, second: inDay % 60)
    }

    /// Local milliseconds of this date.
    package var local: Milliseconds {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return Milliseconds(days * 86_400 + hour * 3600 + minute * 60 + second) * 1000
    }

    /// Days since 1970-01-01 of local milliseconds.
    package static func dayNumber(local: Milliseconds) -> Int { Int(local.floorDivided(by: 86_400_000)) }
}

extension Milliseconds {
    func floorDivided(by divisor: Milliseconds) -> Milliseconds {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

extension ZoneOffsets {
    /// `2026-11-25 21:14:07 JST`.
    package func text(of wall: Milliseconds) -> String {
        let transition = transition(at: wall)
        let date = CivilDate(local: wall + Milliseconds(transition.seconds) * 1000)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date.year)-\(two(date.month))-\(two(date.day)) "
            + "\(two(date.hour)):\(two(date.minute)):\(two(date.second)) \(transition.abbreviation)"
    }
}
