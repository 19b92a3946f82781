import ArgumentParser
import ControlProtocol

/// Which engine, and in which form its answer is printed.
struct EngineOptions: ParsableArguments {
    @OptionGroup var socket: SocketOption

    @Flag(help: "Print the engine's answer as JSON, one object.")
    var json = false

    /// Runs the body with the engine, prints what goes wrong, and ends with the ``CommandStatus`` for it.
    func withEngine(_ body: (any EngineLink) async throws -> Void) async throws {
        let link = SocketEngineLink(path: socket.path)
        do {
            try await body(link)
            await link.close()
        } catch let error as ControlError {
            await link.close()
            report(error)
            throw CommandStatus(of: error).code
        }
    }

    private func report(_ error: ControlError) {
        if json, let line = try? Output.json(["error": error]) {
            Output.error(line)
        } else {
            // An engine may have several things to say, a line each.
            let lines = error.message.split(separator: "\n").map { visible(String($0)) }
            Output.error("sekisho: " + lines.joined(separator: "\n    "))
        }
    }
}
