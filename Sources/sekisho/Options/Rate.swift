import ArgumentParser

/// Recipients a second: `20`, `20/s`, `30/min`, `0.2/s`, `0`.
struct Rate: ExpressibleByArgument, Equatable {
    var perSecond: Double

    private static let units: [(name: String, seconds: Double)] = [("/s", 1), ("/min", 60), ("/h", 3_600)]

    init(perSecond: Double) { self.perSecond = perSecond }

    init?(argument: String) {
        let unit = Self.units.first { argument.hasSuffix($0.name) }
        let digits = argument.dropLast(unit?.name.count ?? 0)
        // Digits and a point only: Double also reads "nan", "inf" and hexadecimal.
        guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == "e" || $0 == "-") }),
            let number = Double(digits), number >= 0, number <= 1e9
        else { return nil }
        perSecond = number / (unit?.seconds ?? 1)
    }
}
