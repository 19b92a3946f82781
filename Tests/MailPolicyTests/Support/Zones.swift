import Foundation

@testable import MailPolicy

/// Zones as the system's database has them.
enum Zones {
    static let tokyo = zone("Asia/Tokyo")
    static let berlin = zone("Europe/Berlin")
    static let havana = zone("America/Havana")
    static let lordHowe = zone("Australia/Lord_Howe")
    static let cairo = zone("Africa/Cairo")

    static func zone(_ name: String) -> ZoneOffsets {
        guard let zone = TimeZone(identifier: name) else { preconditionFailure("no zone \(name)") }
        var transitions: [ZoneOffsets.Transition] = []
        func note(_ date: Date) {
            transitions.append(
                ZoneOffsets.Transition(
                    from: Milliseconds((date.timeIntervalSince1970 * 1000).rounded()),
                    seconds: zone.secondsFromGMT(for: date), abbreviation: zone.abbreviation(for: date) ?? name))
        }
        var date = Date(timeIntervalSince1970: 1_546_300_800)  // 2019
        note(date)
        while let next = zone.nextDaylightSavingTimeTransition(after: date), next.timeIntervalSince1970 < 2_000_000_000
        {
            note(next)
            date = next
        }
        return ZoneOffsets(name: name, first: transitions[0], later: Array(transitions.dropFirst()))
    }

    static func calendar(_ zone: ZoneOffsets) -> Calendar {
        var calendar = Calendar(identifier: .iso8601)
        if let zone = TimeZone(identifier: zone.name) { calendar.timeZone = zone }
        return calendar
    }
}
