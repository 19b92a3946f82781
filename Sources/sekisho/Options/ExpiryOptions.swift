import ArgumentParser

/// How long an override stays in force.
struct ExpiryOptions: ParsableArguments {
    @Option(name: .customLong("for"), help: "How long: 30m, 24h, 7d. (default: until it is undone)")
    var time: OverrideTime?
}

/// A number with its unit: `90s`, `30m`, `24h`, `7d`, `2w`.
struct OverrideTime: ExpressibleByArgument, Equatable {
    var seconds: Int

    /// Ten years: what is meant to last longer has no expiry.
    static let maximumSeconds = 3_650 * 86_400
    private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]

    init(seconds: Int) { self.seconds = seconds }

    init?(argument: String) {
        guard let last = argument.last, let unit = Self.units[last] else { return nil }
        let digits = argument.dropLast()
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits), number > 0 else { return nil }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: unit)
        guard !overflow, seconds <= Self.maximumSeconds else { return nil }
        self.seconds = seconds
    }
}
