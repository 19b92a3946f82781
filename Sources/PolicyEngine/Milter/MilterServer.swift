import Logging
import NIOCore
import NIOPosix
import PostfixProtocols
import Synchronization

/// Listens where mail servers show their messages.
package final class MilterServer: Sendable {
    /// What a peer may cost.
    package struct Bounds: Sendable, Equatable {
        package var connections: Int
        /// Without a packet for so long a connection is closed. libmilter's own bound is 7,210 s: the connection lives as
        /// long as the SMTP client's, which may be slow.
        package var idleTimeout: TimeAmount
        /// A packet that was begun must be whole within this.
        package var packetTimeout: TimeAmount
        /// So often the peer is told that the verdict is still being worked on.
        package var progressInterval: TimeAmount
        /// Without a verdict for so long a message is refused for now.
        package var verdictTimeout: TimeAmount
        /// When the server closes, a message that was begun may take so long to end.
        package var farewellTimeout: TimeAmount
        package var packets: MilterBounds

        package init(
            connections: Int = 10_000, idleTimeout: TimeAmount = .seconds(7_210),
            packetTimeout: TimeAmount = .seconds(30), progressInterval: TimeAmount = .seconds(5),
            verdictTimeout: TimeAmount = .seconds(120), farewellTimeout: TimeAmount = .seconds(10),
            packets: MilterBounds = MilterBounds()
        ) {
            self.connections = connections
            self.idleTimeout = idleTimeout
            self.packetTimeout = packetTimeout
            self.progressInterval = progressInterval
            self.verdictTimeout = verdictTimeout
            self.farewellTimeout = farewellTimeout
            self.packets = packets
        }
    }

    private typealias Endpoint = ListenerSettings.Endpoint

    private let service: any MilterService
    private let group: any EventLoopGroup
    private let bounds: Bounds
    private let complaints: Complaints
    /// One for each event loop.
    private let loops = Mutex<[ObjectIdentifier: NIOLoopBound<MilterLoop>]>([:])
    private let listeners = OpenListeners<Endpoint>()
    private let open: OpenConnections<Endpoint>

    package init(service: any MilterService, group: any EventLoopGroup, bounds: Bounds = Bounds(), logger: Logger) {
        self.service = service
        self.group = group
        self.bounds = bounds
        complaints = Complaints(about: "milter connection closed", logger: logger)
        open = OpenConnections(most: bounds.connections)
    }

    /// Listens on these and no others; what is there already is left alone.
    ///
    /// - Throws: ``ListenError`` naming the listener; those that were opened by this call are closed again.
    package func listen(on wanted: [ListenerSettings.Endpoint]) async throws {
        try await listeners.listen(on: wanted, dismiss: open.dismiss) { endpoint in
            ServerBootstrap(group: group)
                .childChannelOption(.maxMessagesPerRead, value: 1)
                .childChannelOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 8_192, maximum: 65_536)
                )
                .childChannelInitializer { channel in self.accept(channel, through: endpoint) }
        }
    }

    /// Listens on no others than these.
    package func leave(allBut wanted: [ListenerSettings.Endpoint]) async {
        await listeners.leave(allBut: wanted, dismiss: open.dismiss)
    }

    /// Where it listens now; a port that was given as 0 is the one that the system chose.
    package var addresses: [String] { listeners.addresses }

    package var connectionCount: Int { open.count }

    /// Takes no more connections, lets messages that were begun come to their end, and closes.
    package func close() async {
        await listeners.close()
        await open.close()
    }

    private func accept(_ channel: any Channel, through endpoint: Endpoint) -> EventLoopFuture<Void> {
        let place = endpoint.description
        guard open.admit(channel, through: endpoint) else {
            complaints.complain("\(bounds.connections) milter connections are open already", at: place)
            return channel.close()
        }
        return channel.eventLoop.makeCompletedFuture {
            let handler = MilterConnectionHandler(
                service: service, listener: place, bounds: bounds, loop: milterLoop(of: channel.eventLoop),
                complain: { self.complaints.complain($0, at: place) })
            try channel.pipeline.syncOperations.addHandler(handler)
        }
    }

    /// To be called on that loop.
    private func milterLoop(of loop: any EventLoop) -> MilterLoop {
        loops.withLock { loops in
            if let known = loops[ObjectIdentifier(loop)] { return known }
            let new = NIOLoopBound(MilterLoop(loop: loop), eventLoop: loop)
            loops[ObjectIdentifier(loop)] = new
            return new
        }.value
    }
}

/// What the milter connections of one event loop share.
final class MilterLoop {
    let batch: ReplyBatch<MilterConnectionHandler>
    let executor: LoopTaskExecutor
    /// Replies are written, and folds made whole, in memory that is kept.
    var scratch: [UInt8] = []

    init(loop: any EventLoop) {
        batch = ReplyBatch(loop: loop)
        executor = LoopTaskExecutor(loop: loop)
    }
}
