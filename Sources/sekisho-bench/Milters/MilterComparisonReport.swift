import Foundation

/// What a comparison of milters found.
struct MilterComparisonReport: Encodable {
    /// The middle figures of one milter.
    struct Row: Encodable {
        var server: String
        var work: MilterWork
        var connections: Int
        var messagesPerSecond: Double
        var p50Microseconds: Double
        var p99Microseconds: Double
        /// CPU time of the milter, user and system.
        var cpuMicrosecondsPerMessage: Double

        init(_ server: String, _ work: MilterWork, _ connections: Int, _ reports: [MilterLoadReport]) {
            self.server = server
            self.work = work
            self.connections = connections
            messagesPerSecond = Figures.median(reports.map(\.messagesPerSecond))
            p50Microseconds = Figures.median(reports.map(\.p50Microseconds))
            p99Microseconds = Figures.median(reports.map(\.p99Microseconds))
            cpuMicrosecondsPerMessage = Figures.median(reports.compactMap(\.serverMicrosecondsPerMessage))
        }
    }

    var rows: [Row] = []
    /// What one RSA operation takes on a core.
    var microsecondsOfRSA: [String: Double] = [:]
    /// What each wanted to change in the message: that it did its work.
    var changes: [String: [String]] = [:]
}

extension MilterComparisonReport: CustomStringConvertible {
    var description: String {
        var lines: [String] = []
        for row in rows {
            let rival = rows.first {
                $0.server == MilterServer.opendkim.rawValue && $0.work == row.work && $0.connections == row.connections
            }
            let ratio = rival.map { String(format: "%5.2f", row.messagesPerSecond / $0.messagesPerSecond) } ?? "    -"
            let rsa = (microsecondsOfRSA[row.work.rawValue] ?? 0) / max(row.cpuMicrosecondsPerMessage, 0.001) * 100
            let (work, name) = (Self.padded(row.work.rawValue, 6), Self.padded(row.server, 8))
            lines.append(
                String(
                    format: "%@ -k %d  %@ %7.0f a second  p50 %6.0f us  p99 %6.0f us  CPU %6.0f us a message",
                    work, row.connections, name, row.messagesPerSecond, row.p50Microseconds, row.p99Microseconds,
                    row.cpuMicrosecondsPerMessage)
                    + String(format: "  %@ of OpenDKIM  RSA is %.0f %% of its CPU", ratio, rsa))
        }
        for (work, time) in microsecondsOfRSA.sorted(by: { $0.key < $1.key }) {
            lines.append(String(format: "RSA-2048 to %@: %.1f us", work, time))
        }
        for (name, texts) in changes.sorted(by: { $0.key < $1.key }) {
            lines += texts.map { "\(name): \($0.prefix(300))" }
        }
        return lines.joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text.padding(toLength: width, withPad: " ", startingAt: 0)
    }
}
