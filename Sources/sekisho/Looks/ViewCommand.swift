import ArgumentParser
import ControlProtocol

/// A subcommand that asks for one view and prints it.
protocol ViewCommand: AsyncParsableCommand {
    var engine: EngineOptions { get }
    /// - Throws: `ValidationError` for a column that the view does not have.
    func query() throws -> ViewQuery
}

extension ViewCommand {
    func validate() throws { _ = try query() }

    func run() async throws {
        let query = try query()
        try await engine.withEngine { link in
            try Output.print(frame: try await link.view(query), json: engine.json)
        }
    }
}
