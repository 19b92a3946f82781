/// Why the text of a limit cannot be read.
package struct LimitTextError: Error, Sendable, Equatable, CustomStringConvertible {
    package var text: String
    package var problem: String

    package var description: String {
        "\"\(text)\" is no limit: \(problem). Write a quantity, a unit and a period, such as \"10 messages per day\", "
            + "\"500 recipients per hour\", \"200 MB per calendar day\" or \"30 messages per 15 minutes\""
    }
}

extension Limit: CustomStringConvertible {
    /// Reads `QUANTITY UNIT per [calendar] [COUNT] PERIOD`.
    ///
    /// Units are messages, recipients, bytes, KB, MB and GB (of 1,000). `day`, `hour` and the like roll; with
    /// `calendar` they follow the site's time zone. `24h`, `15m` and `7d` are periods too.
    package init(parsing text: String) throws(LimitTextError) {
        func problem(_ what: String) -> LimitTextError { LimitTextError(text: text, problem: what) }
        let lowered = text.lowercased()
        var words = lowered.split { $0 == " " || $0 == "/" || $0 == "\t" }.map(String.init)
        words.removeAll { $0 == "per" || $0 == "a" || $0 == "an" || $0 == "each" || $0 == "every" }
        guard words.count >= 3 else { throw problem("it has \(words.count) of the three parts") }
        guard let number = Int64(words[0].filter { $0 != "," && $0 != "_" }) else {
            throw problem("\"\(words[0])\" is no whole number")
        }
        guard number >= 0 else { throw problem("the quantity is negative") }
        let (unit, factor) = try Self.unit(named: words[1], problem)
        let (quantity, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw problem("the quantity is too large") }
        self.init(quantity, unit, per: try Self.period(words[2...], problem))
    }

    private static func unit(
        named name: String, _ problem: (String) -> LimitTextError
    ) throws(LimitTextError) -> (Unit, Int64) {
        switch name {
        case "message", "messages", "msg", "msgs": (.messages, 1)
        case "recipient", "recipients", "rcpt", "rcpts": (.recipients, 1)
        case "byte", "bytes", "b": (.bytes, 1)
        case "kb": (.bytes, 1000)
        case "mb": (.bytes, 1_000_000)
        case "gb": (.bytes, 1_000_000_000)
        default: throw problem("\"\(name)\" is no unit")
        }
    }

    private static func period(
        _ words: ArraySlice<String>, _ problem: (String) -> LimitTextError
    ) throws(LimitTextError) -> Period {
        if words.first == "calendar" {
            guard words.count == 2, let word = words.last else { throw problem("\"calendar\" wants one period") }
            switch word {
            case "hour": return .calendar(.hour)
            case "day": return .calendar(.day)
            case "week": return .calendar(.week)
            case "month": return .calendar(.month)
            default: throw problem("a calendar period is hour, day, week or month, not \"\(word)\"")
            }
        }
        let joined = words.joined()
        guard let span = Milliseconds(periodText: joined) else { throw problem("\"\(joined)\" is no period") }
        guard span >= 1000 else { throw problem("the period is shorter than a second") }
        guard span <= longestPeriod else { throw problem("the period is longer than 31 days") }
        return .rolling(span)
    }

    package var description: String {
        "\(Self.grouped(quantity, unit)) per \(period)"
    }

    private static func grouped(_ quantity: Int64, _ unit: Unit) -> String {
        switch unit {
        case .messages: return quantity == 1 ? "1 message" : "\(quantity) messages"
        case .recipients: return quantity == 1 ? "1 recipient" : "\(quantity) recipients"
        case .bytes:
            for (name, factor) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000)] as [(String, Int64)]
            where quantity >= factor && quantity % factor == 0 {
                return "\(quantity / factor) \(name)"
            }
            return "\(quantity) bytes"
        }
    }
}

extension Limit.Period: CustomStringConvertible {
    package var description: String {
        switch self {
        case .calendar(let unit): "calendar \(unit)"
        case .rolling(let span): span.periodText
        }
    }
}

extension Milliseconds {
    /// Reads `day`, `2hours`, `15m`, `90s`, `7d`; `nil` if it is none.
    package init?(periodText text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count)
        let span: Milliseconds
        switch unit {
        case "ms": span = 1
        case "s", "sec", "second", "seconds": span = 1000
        case "m", "min", "minute", "minutes": span = 60_000
        case "h", "hour", "hours": span = 3_600_000
        case "d", "day", "days": span = 86_400_000
        case "w", "week", "weeks": span = 7 * 86_400_000
        case "month", "months": span = 30 * 86_400_000
        default: return nil
        }
        // A bare letter is a slip, not one of it.
        if digits.isEmpty && unit.count == 1 { return nil }
        let count = digits.isEmpty ? 1 : Int64(digits)
        guard let count else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: span)
        guard !overflow else { return nil }
        self = product
    }

    /// `day`, `15 minutes`, `hour`: what ``init(periodText:)`` reads back.
    package var periodText: String {
        for (name, length) in [
            ("week", 7 * 86_400_000), ("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1000),
        ] as [(String, Milliseconds)] where self >= length && self % length == 0 {
            return self == length ? name : "\(self / length) \(name)s"
        }
        return "\(self) ms"
    }
}
