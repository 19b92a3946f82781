import Logging
import MailAuthentication
import MailPolicy
import NIOCore
import NIOPosix
import PostfixProtocols
import Synchronization

/// An engine's milters, and what they share.
final class Milters: Sendable {
    private struct Verifying {
        var server: MilterServer
        var service: VerifyService
        var resolver: UnboundResolver
        var resolverSettings: ResolverSettings
    }

    private let gatehouse: Gatehouse
    private let board: AuthenticationBoard
    private let bounds: MilterServer.Bounds
    private let logger: Logger
    private let complaints: Complaints
    private let loops: MultiThreadedEventLoopGroup
    private let caches = Verifier.Caches()
    /// Made when the first is asked for: without it nobody needs a resolver.
    private let verifying = Mutex<Verifying?>(nil)
    private let signing: (server: MilterServer, service: SignService)

    init(_ configuration: EngineConfiguration, gatehouse: Gatehouse, board: AuthenticationBoard, logger: Logger) {
        self.gatehouse = gatehouse
        self.board = board
        self.logger = logger
        // Its own: a signature takes as long as two hundred decisions.
        loops = MultiThreadedEventLoopGroup(numberOfThreads: configuration.engine.milterLoops)
        bounds = MilterServer.Bounds(connections: configuration.engine.maxConnections)
        let complaints = Complaints(about: "milter", logger: logger)
        self.complaints = complaints
        let service = SignService(
            SignService.Settings(configuration), clock: gatehouse.clock,
            complain: { complaints.complain($0, at: "sign") })
        signing = (MilterServer(service: service, group: loops, bounds: bounds, logger: logger), service)
    }

    /// Works by a configuration and listens where it says, and nowhere else. At an error what listened before still does.
    ///
    /// - Throws: ``ListenError``, ``ResolverError``.
    func use(_ configuration: EngineConfiguration) async throws {
        func endpoints(_ work: MilterSettings.Work) -> [ListenerSettings.Endpoint] {
            configuration.milters.filter { $0.work == work }.map(\.endpoint)
        }
        let toVerify = endpoints(.verify)
        if !toVerify.isEmpty { try useForVerifying(configuration) }
        signing.service.replace(SignService.Settings(configuration))
        // What one gives up the other may take.
        let verifier = verifying.withLock { $0?.server }
        await verifier?.leave(allBut: toVerify)
        await signing.server.leave(allBut: endpoints(.sign))
        try await verifier?.listen(on: toVerify)
        try await signing.server.listen(on: endpoints(.sign))
    }

    private func useForVerifying(_ configuration: EngineConfiguration) throws {
        let settings = configuration.authentication.resolver
        try verifying.withLock { verifying in
            // An old one ends with the last message that asks it.
            let isKnown = verifying?.resolverSettings == settings
            let resolver = try (isKnown ? verifying?.resolver : nil) ?? UnboundResolver(settings)
            let deadline = configuration.authentication.deadline
            let verifier = Verifier(configuration, caches: caches) { resolver.limited(to: deadline) }
            if verifying == nil {
                let service = VerifyService(
                    verifier, gatehouse: gatehouse, board: board,
                    complain: { [complaints] in complaints.complain($0, at: "verify") })
                verifying = Verifying(
                    server: MilterServer(service: service, group: loops, bounds: bounds, logger: logger),
                    service: service, resolver: resolver, resolverSettings: settings)
            }
            verifying?.service.replace(verifier)
            verifying?.resolver = resolver
            verifying?.resolverSettings = settings
        }
    }

    /// Where they listen now.
    var addresses: [String] {
        (verifying.withLock { $0?.server.addresses } ?? []) + signing.server.addresses
    }

    /// What came of asking the DNS; `nil` while nothing is verified.
    var resolverCounters: ResolverCounters? { verifying.withLock { $0?.resolver.counters } }

    /// Lets messages that were begun come to their end.
    func close() async {
        await verifying.withLock { $0?.server }?.close()
        await signing.server.close()
        try? await loops.shutdownGracefully()
    }
}
