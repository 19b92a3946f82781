import Foundation

/// Runs both servers and asks them in turn.
struct Comparison {
    /// This command, which is the null server and the watcher too.
    let own: String
    let sekisho: String
    let accounts: Int
    let rounds: Int
    let seconds: Double
    let state: Traffic.State
    let decisions: BenchConfiguration.LoggedDecisions

    private static let smallStart = 60.0
    private static let largeStart = 600.0

    func measureSpeed(in workplace: Workplace, _ report: inout ComparisonReport) throws {
        try workplace.write(accounts: accounts, decisions: decisions)
        let null = try Child(own, ["null", workplace.nullSocket])
        defer { null.end() }
        try null.waitUntilReady(at: .unix(path: workplace.nullSocket), seconds: 10)
        let engine = try Child(sekisho, ["serve", "--config", workplace.configuration])
        defer { engine.end() }
        try engine.waitUntilReady(at: .unix(path: workplace.policySocket), seconds: Self.smallStart)
        for connections in [16, 1] {
            report.pairs.append(try compareWithNull(workplace, connections))
        }
        report.residentBytes = engine.residentBytes
        report.pairs.append(try compareWithConsole(workplace))
    }

    private func compareWithNull(_ workplace: Workplace, _ connections: Int) throws -> Pair {
        var floor: [LoadReport] = []
        var measured: [LoadReport] = []
        for round in 1...rounds {
            tell("-k \(connections): round \(round) of \(rounds)")
            floor.append(try load(workplace.nullSocket, connections))
            measured.append(try load(workplace.policySocket, connections))
        }
        return pair("sekisho against null", connections, floor, measured)
    }

    private func compareWithConsole(_ workplace: Workplace) throws -> Pair {
        var alone: [LoadReport] = []
        var watched: [LoadReport] = []
        for round in 1...rounds {
            tell("console attached: round \(round) of \(rounds)")
            alone.append(try load(workplace.policySocket, 16))
            let watcher = try Child(own, ["watch", workplace.controlSocket])
            defer { watcher.end() }
            // Its first frames are no part of the figures.
            usleep(500_000)
            watched.append(try load(workplace.policySocket, 16))
            guard watcher.residentBytes != nil else {
                throw ComparisonError.noFigures("the watching console has ended")
            }
        }
        return pair("sekisho with a console against sekisho without", 16, alone, watched)
    }

    private func pair(_ name: String, _ connections: Int, _ floor: [LoadReport], _ measured: [LoadReport]) -> Pair {
        let actions = measured.reduce(into: [:]) { $0.merge($1.actions, uniquingKeysWith: +) }
        return Pair(
            name: name, connections: connections, floor: Figures(floor), measured: Figures(measured), actions: actions)
    }

    private func load(_ socket: String, _ connections: Int) throws -> LoadReport {
        try ask(socket, connections, Traffic(users: accounts, state: state), .seconds(seconds))
    }

    private func ask(
        _ socket: String, _ connections: Int, _ traffic: Traffic, _ extent: LoadClient.Extent
    ) throws -> LoadReport {
        var client = try LoadClient(
            .unix(path: socket), connections: connections, traffic: RequestWriter(traffic), extent: extent)
        let report = try client.run()
        if report.unanswered > 0 { throw ComparisonError.noFigures("\(report.unanswered) requests were not answered") }
        return report
    }

    /// Progress, to standard error.
    private func tell(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}

// MARK: - Very many accounts and sources

extension Comparison {
    func measureLarge(_ count: Int, in workplace: Workplace) throws -> ComparisonReport.Large {
        try workplace.write(accounts: count, decisions: decisions)
        tell("first start with \(count) accounts")
        let (importSeconds, afterImport) = try withEngine(workplace) { engine, seconds in
            (seconds, engine.residentBytes ?? 0)
        }
        tell("start with \(count) accounts stored")
        return try withEngine(workplace) { engine, seconds in
            let afterStart = engine.residentBytes ?? 0
            tell("asking for \(count) accounts and \(count) sources")
            // Each account once, each from an address of its own; then each address at the MX.
            let submission = Traffic(users: count, sources: count, walks: true)
            _ = try ask(workplace.policySocket, 16, submission, .count(count))
            var inbound = submission
            inbound.isInbound = true
            _ = try ask(workplace.policySocket, 16, inbound, .count(count))
            return ComparisonReport.Large(
                accounts: count, sources: count, importSeconds: importSeconds, residentBytesAfterImport: afterImport,
                startSeconds: seconds, residentBytesAfterStart: afterStart, residentBytes: engine.residentBytes ?? 0)
        }
    }

    /// Runs the engine; `body` is told the seconds from its start to its first verdict.
    private func withEngine<Result>(
        _ workplace: Workplace, _ body: (Child, Double) throws -> Result
    ) throws -> Result {
        let start = MonotonicTime.now
        let engine = try Child(sekisho, ["serve", "--config", workplace.configuration])
        defer { engine.end() }
        try engine.waitUntilReady(at: .unix(path: workplace.policySocket), seconds: Self.largeStart)
        _ = try ask(workplace.policySocket, 1, Traffic(users: 1), .count(1))
        return try body(engine, Double(MonotonicTime.now - start) / 1e9)
    }
}
