import Foundation

struct MilterLoadReport: Encodable {
    let messages: Int
    let seconds: Double
    let messagesPerSecond: Double
    let p50Microseconds: Double
    let p90Microseconds: Double
    let p99Microseconds: Double
    let longestMicroseconds: Double
    let verdicts: [String: Int]
    let changesPerMessage: Double
    /// The text of what was to be changed before the first verdict: whether what was measured was done.
    let firstChanges: [String]
    /// CPU time of the milter, if its process was given.
    let serverMicrosecondsPerMessage: Double?

    init(
        _ latencies: Latencies, nanoseconds: UInt64, verdicts: [String: Int], changes: Int, firstChanges: [String],
        serverNanoseconds: UInt64?
    ) {
        messages = Int(latencies.count)
        seconds = Double(nanoseconds) / 1e9
        messagesPerSecond = seconds > 0 ? Double(messages) / seconds : 0
        p50Microseconds = Double(latencies.quantile(0.5)) / 1e3
        p90Microseconds = Double(latencies.quantile(0.9)) / 1e3
        p99Microseconds = Double(latencies.quantile(0.99)) / 1e3
        longestMicroseconds = Double(latencies.longest) / 1e3
        self.verdicts = verdicts
        self.firstChanges = firstChanges
        let count = Double(max(messages, 1))
        changesPerMessage = Double(changes) / count
        serverMicrosecondsPerMessage = serverNanoseconds.map { Double($0) / 1e3 / count }
    }
}

extension MilterLoadReport: CustomStringConvertible {
    var description: String {
        let names = verdicts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        let cpu = serverMicrosecondsPerMessage.map { String(format: "; %.1f us CPU a message", $0) } ?? ""
        return String(
            format: "%d messages in %.2f s = %.0f a second; us p50 %.0f p90 %.0f p99 %.0f longest %.0f; "
                + "%.2f changes a message%@; %@",
            messages, seconds, messagesPerSecond, p50Microseconds, p90Microseconds, p99Microseconds,
            longestMicroseconds, changesPerMessage, cpu, names)
    }
}
