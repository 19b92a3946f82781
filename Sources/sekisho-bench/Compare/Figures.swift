/// Middle figures of several runs. Latencies are microseconds.
struct Figures: Codable {
    var requestsPerSecond: Double
    var p50: Double
    var p99: Double

    init(_ reports: [LoadReport]) {
        requestsPerSecond = Self.median(reports.map(\.requestsPerSecond))
        p50 = Self.tenths(Self.median(reports.map(\.p50)))
        p99 = Self.tenths(Self.median(reports.map(\.p99)))
    }

    private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard let middle = sorted.dropFirst(sorted.count / 2).first else { return 0 }
        return sorted.count % 2 == 1 ? middle : (middle + sorted[sorted.count / 2 - 1]) / 2
    }
}

/// Two sides measured in turn.
struct Pair: Codable {
    var name: String
    var connections: Int
    var floor: Figures
    var measured: Figures
    /// What was answered.
    var actions: [String: Int]

    var requestsRatio: Double { measured.requestsPerSecond / floor.requestsPerSecond }
    var p50Ratio: Double { measured.p50 / floor.p50 }
    var p99Ratio: Double { measured.p99 / floor.p99 }
}
