import MailPolicy

/// Reads the dates of a directory: `2026-11-24`, which begins in the site's zone, or RFC 3339's
/// `2026-11-24T10:58:00+09:00`.
enum SignUpDate {
    /// UTC milliseconds; `nil` if it is no such date.
    static func milliseconds(_ bytes: Span<UInt8>, in range: Range<Int>, zone: ZoneOffsets) -> Milliseconds? {
        var reader = DigitReader(index: range.lowerBound, end: range.upperBound)
        guard let year = reader.number(bytes, digits: 4), reader.take(bytes, "-"),
            let month = reader.number(bytes, digits: 2), reader.take(bytes, "-"),
            let day = reader.number(bytes, digits: 2)
        else { return nil }
        var date = CivilDate(year: year, month: month, day: day)
        guard year >= 1970, CivilDate(local: date.local) == date else { return nil }
        if reader.isAtEnd { return zone.utc(ofLocal: date.local) }
        guard reader.take(bytes, "T") || reader.take(bytes, "t") || reader.take(bytes, " "),
            let hour = reader.number(bytes, digits: 2), hour < 24, reader.take(bytes, ":"),
            let minute = reader.number(bytes, digits: 2), minute < 60, reader.take(bytes, ":"),
            let second = reader.number(bytes, digits: 2), second <= 60
        else { return nil }
        date.hour = hour
        date.minute = minute
        date.second = second
        if reader.take(bytes, ".") {
            guard reader.number(bytes, digits: 1) != nil else { return nil }
            while reader.number(bytes, digits: 1) != nil {}
        }
        guard let offset = offset(bytes, &reader), reader.isAtEnd else { return nil }
        return date.local - offset
    }

    /// `Z`, `+09:00`.
    private static func offset(_ bytes: Span<UInt8>, _ reader: inout DigitReader) -> Milliseconds? {
        if reader.take(bytes, "Z") || reader.take(bytes, "z") { return 0 }
        let isEast = reader.take(bytes, "+")
        guard isEast || reader.take(bytes, "-"), let hours = reader.number(bytes, digits: 2), hours < 24,
            reader.take(bytes, ":"), let minutes = reader.number(bytes, digits: 2), minutes < 60
        else { return nil }
        let offset = Milliseconds(hours * 60 + minutes) * 60_000
        return isEast ? offset : -offset
    }
}

/// A place in bytes from which fixed-width numbers are read.
private struct DigitReader {
    var index: Int
    let end: Int

    var isAtEnd: Bool { index == end }

    mutating func number(_ bytes: Span<UInt8>, digits: Int) -> Int? {
        guard index + digits <= end else { return nil }
        var number = 0
        for place in index..<index + digits {
            guard (0x30...0x39).contains(bytes[place]) else { return nil }
            number = number * 10 + Int(bytes[place] - 0x30)
        }
        index += digits
        return number
    }

    mutating func take(_ bytes: Span<UInt8>, _ character: Unicode.Scalar) -> Bool {
        guard index < end, UInt32(bytes[index]) == character.value else { return false }
        index += 1
        return true
    }
}
