import ArgumentParser
import Foundation

/// Which engine.
struct SocketOption: ParsableArguments {
    static let defaultPath = "/run/sekisho/control.sock"

    @Option(help: "Control socket of the engine. (default: $SEKISHO_SOCKET, else \(defaultPath))", completion: .file())
    var socket: String?

    var path: String {
        let variable = ProcessInfo.processInfo.environment["SEKISHO_SOCKET"] ?? ""
        return socket ?? (variable.isEmpty ? Self.defaultPath : variable)
    }
}
