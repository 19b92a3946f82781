import Foundation

/// What a run of the load client found. Latencies are microseconds.
struct LoadReport: Codable, CustomStringConvertible {
    var answers: Int
    var seconds: Double
    var requestsPerSecond: Double
    var p50: Double
    var p90: Double
    var p99: Double
    var p999: Double
    var max: Double
    /// Requests that were in flight when the time for answers was over.
    var unanswered: Int
    var actions: [String: Int]

    init(_ latencies: Latencies, nanoseconds: UInt64, unanswered: Int, actions: [String: Int]) {
        func microseconds(_ part: Double) -> Double { (Double(latencies.quantile(part)) / 100).rounded() / 10 }
        answers = Int(latencies.count)
        seconds = Double(nanoseconds) / 1e9
        requestsPerSecond = seconds > 0 ? (Double(latencies.count) / seconds).rounded() : 0
        p50 = microseconds(0.5)
        p90 = microseconds(0.9)
        p99 = microseconds(0.99)
        p999 = microseconds(0.999)
        max = microseconds(1)
        self.unanswered = unanswered
        self.actions = actions
    }

    var description: String {
        let time = String(format: "%.2f", seconds)
        return """
            \(answers) answers in \(time) s = \(Int(requestsPerSecond)) req/s; \
            us p50 \(p50) p90 \(p90) p99 \(p99) p99.9 \(p999) max \(max); unanswered \(unanswered); \(Self.text(of: actions))
            """
    }

    /// `450=3 DUNNO=4711`.
    static func text(of actions: [String: Int]) -> String {
        actions.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
