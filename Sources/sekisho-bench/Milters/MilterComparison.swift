import Foundation
import Glibc

/// Shows all milters the same message in turn.
struct MilterComparison {
    private let field: MilterField
    private let sekisho: String
    private let rounds: Int
    private let seconds: Double

    /// Of a message before the figures count, so that every cache is filled.
    private static let warmUp = 200

    init(_ field: MilterField, sekisho: String, rounds: Int, seconds: Double) {
        self.field = field
        self.sekisho = sekisho
        self.rounds = rounds
        self.seconds = seconds
    }

    /// - Throws: ``ComparisonError``, ``MilterLoadClient/Failure``.
    func measure() throws -> MilterComparisonReport {
        let dns = try field.startDNS()
        defer { dns.end() }
        var report = MilterComparisonReport()
        for work in MilterWork.allCases {
            report.microsecondsOfRSA[work.rawValue] = try field.microsecondsOfRSA(work)
            try measure(work, &report)
        }
        return report
    }

    private func measure(_ work: MilterWork, _ report: inout MilterComparisonReport) throws {
        var running: [(server: MilterServer, child: Child)] = []
        defer { for (_, child) in running { child.end() } }
        for server in MilterServer.allCases where server.does(work) && server.isInstalled {
            tell("\(work.rawValue): \(server.rawValue)")
            running.append((server, try server.start(work, in: field, sekisho: sekisho)))
            let first = try show(server, work, 8, .count(Self.warmUp), nil)
            report.changes["\(server.rawValue) \(work.rawValue)"] = first.firstChanges
        }
        for connections in [1, 8] {
            var reports: [MilterServer: [MilterLoadReport]] = [:]
            for round in 1...rounds {
                tell("\(work.rawValue), -k \(connections): round \(round) of \(rounds)")
                for (server, child) in running {
                    reports[server, default: []].append(
                        try show(server, work, connections, .seconds(seconds), ServerProcess(id: child.id)))
                }
            }
            for (server, _) in running {
                report.rows.append(
                    MilterComparisonReport.Row(server.rawValue, work, connections, reports[server] ?? []))
            }
        }
    }

    private func show(
        _ server: MilterServer, _ work: MilterWork, _ connections: Int, _ extent: LoadClient.Extent,
        _ process: ServerProcess?
    ) throws -> MilterLoadReport {
        var mail = work == .sign ? field.unsigned : field.signed
        if work == .sign { mail.login = mail.sender }
        var client = try MilterLoadClient(
            .unix(path: server.socket(work, in: field)), connections: connections, mail: mail, extent: extent)
        let report = try client.run(process: process)
        let kept = (report.verdicts["continue"] ?? 0) + (report.verdicts["accept"] ?? 0)
        guard kept == report.messages else {
            throw ComparisonError.noFigures("\(server.rawValue) let not all messages through: \(report.verdicts)")
        }
        return report
    }

    /// Progress, to standard error.
    private func tell(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
