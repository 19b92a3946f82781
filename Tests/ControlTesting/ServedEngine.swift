import ControlProtocol
import Logging
import NIOCore
import NIOPosix
import PolicyEngine

/// A ``FakeEngine`` behind a real control socket in a folder of its own.
package struct ServedEngine: Sendable {
    package let engine: FakeEngine
    package let folder: TemporaryFolder
    package let server: ControlServer
    package var path: String { folder.file("control.sock") }

    /// Serves for the time of the body, on a socket in the folder where the settings name none.
    package static func run<Value: Sendable>(
        _ engine: FakeEngine = FakeEngine(), settings wanted: ControlServerSettings = ControlServerSettings(path: ""),
        _ body: (ServedEngine) async throws -> Value
    ) async throws -> Value {
        let folder = try TemporaryFolder()
        var settings = wanted
        if settings.path.isEmpty { settings.path = folder.file("control.sock") }
        let server = try await ControlServer.listen(
            settings, service: engine, on: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let served = ServedEngine(engine: engine, folder: folder, server: server)
        do {
            let value = try await body(served)
            await server.close()
            return value
        } catch {
            await server.close()
            throw error
        }
    }
}
