import ControlProtocol
import Foundation
import Logging
import MailPolicy
import ServiceLifecycle
import UnixSignals

/// The engine as a daemon.
package enum EngineMain {
    /// Serves until SIGTERM or SIGINT; SIGHUP reloads.
    ///
    /// - Throws: ``ConfigurationError`` and what the store and the sockets say; each names the place and the remedy.
    package static func serve(configurationFile: String) async throws {
        let configuration = try await ConfigurationLoader.load(
            file: configurationFile, trial: .ownProgram, now: Milliseconds(Date().timeIntervalSince1970 * 1000),
            unknownGroups: .refused)
        try requireListener(configuration, file: configurationFile)
        // A peer that goes away while it is written to is no reason to end, nor a reload that is asked for too early.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        DescriptorLimit.raise()
        var setting = Engine.Setting(
            sink: LogSink(
                configuration.log.target == .syslog ? .syslog : .standardError,
                json: configuration.log.format == .json))
        setting.configurationFile = configurationFile
        setting.trial = .ownProgram
        let engine = try await Engine(configuration, setting)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: EngineService(engine: engine))],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }))
        try await group.run()
    }

    static func requireListener(_ configuration: EngineConfiguration, file: String) throws(ConfigurationError) {
        guard configuration.listeners.isEmpty, configuration.milters.isEmpty else { return }
        throw ConfigurationError(problems: [
            ConfigurationProblem(
                file: file, problem: "there is no [[listen]] and no [[milter]], so Postfix could not ask anything",
                remedy: "Add one with path or address")
        ])
    }
}

private struct EngineService: Service {
    let engine: Engine

    func run() async throws {
        do {
            try await engine.start()
        } catch {
            await engine.stop()
            throw error
        }
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await reloadAtHangup() }
                try? await gracefulShutdown()
                group.cancelAll()
            }
        } onGracefulShutdown: {
        }
        await engine.stop()
    }

    private func reloadAtHangup() async {
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        for await _ in hangups {
            _ = try? await engine.reload(by: Actor(name: "signal:HUP", userID: nil, role: .admin))
        }
    }
}
