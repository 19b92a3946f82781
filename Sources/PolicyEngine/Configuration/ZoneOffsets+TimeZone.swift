import Foundation
import MailPolicy

extension ZoneOffsets {
    /// The table of an IANA zone for the time around `now`: from 13 months before it, since a calendar month may have
    /// begun before the last change, to three years after it.
    ///
    /// - Returns: `nil` if there is no such zone.
    package init?(ianaName name: String, around now: Milliseconds) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        let year = 366 * 86_400.0
        let start = Date(timeIntervalSince1970: Double(now) / 1000 - year * 13 / 12)
        let end = start.addingTimeInterval(year * (3 + 13.0 / 12))
        var later: [Transition] = []
        var last = start
        while let next = zone.nextDaylightSavingTimeTransition(after: last), next > last, next <= end {
            later.append(Transition(of: zone, at: next))
            last = next
        }
        self.init(name: name, first: Transition(of: zone, at: start), later: later)
    }
}

extension ZoneOffsets.Transition {
    fileprivate init(of zone: TimeZone, at date: Date) {
        self.init(
            from: Int64((date.timeIntervalSince1970 * 1000).rounded()),
            seconds: zone.secondsFromGMT(for: date),
            abbreviation: Self.abbreviation(of: zone, at: date))
    }

    /// CLDR abbreviates a zone only in the locales where people know it: `JST` in Japan, `GMT+9` elsewhere.
    private static func abbreviation(of zone: TimeZone, at date: Date) -> String {
        let style: TimeZone.NameStyle = zone.isDaylightSavingTime(for: date) ? .shortDaylightSaving : .shortStandard
        for locale in ["ja_JP", "en_US", "en_GB", "en_AU", "en_IN", "en_ZA"] {
            if let name = zone.localizedName(for: style, locale: Locale(identifier: locale)), !name.hasPrefix("GMT"),
                name.utf8.allSatisfy({ (0x41...0x5A).contains($0) })
            {
                return name
            }
        }
        return zone.secondsFromGMT(for: date) == 0 ? "UTC" : zone.abbreviation(for: date) ?? zone.identifier
    }
}
