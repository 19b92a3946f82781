import ArgumentParser
import ControlProtocol
import OperatorConsole

struct Console: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "The console on a running engine.")

    @OptionGroup var engine: SocketOption
    @OptionGroup var screen: ScreenOptions

    func run() async throws {
        try await screen.show(SocketEngineLink(path: engine.path))
    }
}
