import ControlProtocol
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Listens on the control socket and serves every peer through the ``EngineLink`` that the ``ControlService`` gives it.
///
/// It needs an event loop of its own: writing frames as JSON has no place on a loop on which Postfix waits.
package final class ControlServer: Service {
    private let listener: any Channel
    private let file: BoundSocketFile
    private let registry: ConnectionRegistry

    private init(listener: any Channel, file: BoundSocketFile, registry: ConnectionRegistry) {
        self.listener = listener
        self.file = file
        self.registry = registry
    }

    /// Starts to serve. Only a socket on which nobody answers is replaced.
    ///
    /// - Throws: ``ControlServerError``.
    package static func listen(
        _ settings: ControlServerSettings, service: any ControlService, on group: any EventLoopGroup, logger: Logger
    ) async throws -> ControlServer {
        try BoundSocketFile.clearStale(path: settings.path)
        let registry = ConnectionRegistry(
            maximum: settings.maximumConnections, maximumPerUser: settings.maximumConnectionsPerUser)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            // A script pipes its requests in and closes its end: the answers still have to come.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                accept(channel, settings: settings, service: service, registry: registry, logger: logger)
            }
        let listener: any Channel
        do {
            listener = try await bootstrap.bind(unixDomainSocketPath: settings.path).get()
        } catch {
            throw ControlServerError.cannotListen(path: settings.path, reason: "\(error)")
        }
        do {
            let file = try BoundSocketFile(path: settings.path, mode: settings.mode, group: settings.group)
            return ControlServer(listener: listener, file: file, registry: registry)
        } catch {
            try? await listener.close()
            throw error
        }
    }

    /// Serves until graceful shutdown or cancellation, then closes.
    package func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    /// Takes no more connections, answers what is being worked on, and closes.
    package func close() async {
        file.remove()
        try? await listener.close()
        await withDiscardingTaskGroup { group in
            for connection in registry.connections {
                group.addTask { await connection.drain() }
            }
        }
    }

    // MARK: Accepting

    private static func accept(
        _ channel: any Channel, settings: ControlServerSettings, service: any ControlService,
        registry: ConnectionRegistry, logger: Logger
    ) -> EventLoopFuture<Void> {
        let loop = channel.eventLoop
        return loop.makeCompletedFuture { try PeerCredentials.read(from: channel) }
            .flatMap { $0 }
            // The user database may be a directory server: not on the loop.
            .flatMap { credentials in
                NIOThreadPool.singleton.runIfActive(eventLoop: loop) { UserDatabase.peer(credentials) }
            }
            .flatMapThrowing { peer in
                let connection = ControlConnection(peer: peer, channel: channel, link: service.link(for: peer))
                try install(connection, on: channel, settings: settings, registry: registry, logger: logger)
            }
    }

    private static func install(
        _ connection: ControlConnection, on channel: any Channel, settings: ControlServerSettings,
        registry: ConnectionRegistry, logger: Logger
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        do throws(ControlError) {
            try registry.add(connection)
        } catch {
            logger.warning(
                "control connection refused", metadata: ["user": "\(connection.peer.login)", "why": "\(error)"])
            try pipeline.addHandler(ControlRefusalHandler(error))
            return
        }
        channel.closeFuture.whenComplete { _ in
            registry.remove(connection)
            connection.closed()
        }
        try pipeline.addHandler(
            LineFramingHandler(
                bounds: .requests, lineTimeout: settings.lineTimeout,
                mayHoldImport: { connection.takeImportToken(from: registry.imports) }))
        try pipeline.addHandler(ControlConnectionHandler(connection: connection))
    }
}
