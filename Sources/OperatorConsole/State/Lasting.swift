/// How long an override is to last, as an operator writes it: `30m`, `24h`, `7d`, `90s`, `2w`, or `none`.
enum Lasting: Equatable, Sendable {
    case seconds(Int)
    case untilUndone

    /// Ten years: longer than any of these is a slip of the finger.
    static let maximumSeconds = 315_360_000

    /// - Returns: `nil` when the text is none of the forms, is zero, or is longer than ten years.
    init?(_ text: String) {
        let trimmed = text.filter { !$0.isWhitespace }.lowercased()
        if trimmed == "none" || trimmed == "-" {
            self = .untilUndone
            return
        }
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        guard let last = trimmed.last, let unit = units[last] else { return nil }
        let digits = trimmed.dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits) else {
            return nil
        }
        let (total, overflow) = number.multipliedReportingOverflow(by: unit)
        guard !overflow, total > 0, total <= Self.maximumSeconds else { return nil }
        self = .seconds(total)
    }

    var seconds: Int? {
        if case .seconds(let value) = self { value } else { nil }
    }
}
