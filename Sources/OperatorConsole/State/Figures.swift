/// Figures as an operator reads them.
enum Figures {
    /// `12,480`
    static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        return value < 0 ? "-" + grouped : grouped
    }

    /// `+212`, `-3`, `±0` as `0`.
    static func change(_ value: Int) -> String { value > 0 ? "+" + count(value) : count(value) }

    /// A rate a second: whole from 10 on, one decimal from 1, two below.
    static func rate(_ value: Double) -> String {
        guard value.isFinite else { return "-" }
        if value >= 10 || value == 0 { return count(whole(value)) }
        return decimal(value, places: value >= 1 ? 1 : 2)
    }

    /// As few decimals as say the rate exactly: what a field is filled with.
    static func plainRate(_ value: Double) -> String {
        guard value.isFinite else { return "" }
        return value == value.rounded() ? String(whole(value)) : String(value)
    }

    static func decimal(_ value: Double, places: Int) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "-" }
        var power = 1
        for _ in 0..<places { power *= 10 }
        let scaled = whole((abs(value) * Double(power)).rounded())
        let fraction = String(scaled % power)
        let padded = String(repeating: "0", count: max(0, places - fraction.count)) + fraction
        return (value < 0 ? "-" : "") + count(scaled / power) + (places > 0 ? "." + padded : "")
    }

    /// `99.8`; 100 only when it is exactly so.
    static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "-" }
        if share >= 1 { return decimal(share * 100, places: 0) }
        return decimal(min(99.9, share * 100), places: 1)
    }

    static func wholePercent(_ share: Double) -> String {
        guard share.isFinite else { return "-" }
        return share < 1
            ? String(max(0, min(99, whole(share * 100)))) : share < 10 ? String(whole(share * 100)) : ">999"
    }

    /// `4.8 KB`
    static func bytes(_ value: Int) -> String {
        if value < 1000 { return "\(value) B" }
        var scaled = Double(value) / 1000
        for unit in ["KB", "MB", "GB"] {
            if scaled < 999.5 { return decimal(scaled, places: scaled < 9.95 ? 1 : 0) + " " + unit }
            scaled /= 1000
        }
        return decimal(scaled, places: 1) + " TB"
    }

    /// A limit as a column holds it: `500 rcpt/hour` for `500 recipients per hour`.
    static func shortLimit(_ limit: String) -> String {
        var words = limit.split(separator: " ").map { String(abbreviations[$0] ?? $0) }
        if let per = words.firstIndex(of: "per"), per > 0, per + 1 < words.count {
            words[per - 1] += "/" + words[per + 1]
            words.removeSubrange(per...per + 1)
        }
        return words.joined(separator: " ")
    }

    private static let abbreviations: [Substring: Substring] = [
        "messages": "msg", "message": "msg", "recipients": "rcpt", "recipient": "rcpt",
    ]

    /// What was taken of a limit, in its unit: messages and recipients as they are counted, bytes in the largest unit.
    static func taken(_ value: Int, of limit: String) -> String {
        let words = limit.split(separator: " ")
        let isBytes = words.count > 1 && (words[1] == "bytes" || words[1] == "B" || words[1].hasSuffix("B"))
        return isBytes ? bytes(value) : count(value)
    }

    /// How long ago or how long still, in one unit: `12 s`, `3 min`, `22 h`, `2 d`, `6 y`.
    static func span(milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds / 1000)
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        case ..<63_072_000: return "\(seconds / 86_400) d"
        default: return "\(seconds / 31_536_000) y"
        }
    }

    /// Microseconds as `22 us`, `0.2 ms`.
    static func latency(microseconds: Double) -> String {
        if microseconds < 99.5 { return decimal(microseconds, places: 0) + " us" }
        return decimal(microseconds / 1000, places: microseconds < 9_950 ? 1 : 0) + " ms"
    }

    private static func whole(_ value: Double) -> Int {
        guard value.isFinite else { return 0 }
        return Int(max(-1e15, min(1e15, value)))
    }
}
