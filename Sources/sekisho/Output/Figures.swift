import ControlProtocol

/// Numbers as people read them.
enum Figures {
    /// `1,284`
    static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        let grouped = digits.reversed().enumerated().reduce(into: "") { text, digit in
            if digit.offset > 0, digit.offset.isMultiple(of: 3) { text.append(",") }
            text.append(digit.element)
        }
        return (number < 0 ? "-" : "") + String(grouped.reversed())
    }

    /// At most `places` decimal places, and none that are zero.
    static func decimal(_ number: Double, places: Int = 1) -> String {
        guard number.isFinite, number.magnitude < 1e15 else { return "-" }
        let scale = (0..<places).reduce(1) { power, _ in power * 10 }
        let scaled = Int((number.magnitude * Double(scale)).rounded())
        var fraction = String(scaled % scale + scale).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        let whole = count(scaled / scale) + (fraction.isEmpty ? "" : "." + fraction)
        return (number < 0 && scaled > 0 ? "-" : "") + whole
    }

    static func percent(_ part: Double) -> String { decimal(part * 100) + " %" }

    /// `20/s`, `0.2/s`
    static func rate(_ perSecond: Double) -> String { decimal(perSecond, places: 3) + "/s" }

    /// `812 B`, `4.7 kB`, `1.2 MB`
    static func bytes(_ number: Int) -> String {
        switch number {
        case ..<1_000: "\(number) B"
        case ..<1_000_000: decimal(Double(number) / 1e3) + " kB"
        default: decimal(Double(number) / 1e6) + " MB"
        }
    }
}
