import Logging
import MailPolicy
import NIOCore
import NIOPosix
import Synchronization

/// Listens where Postfix asks.
package final class PolicyServer: Sendable {
    /// What a peer may cost.
    package struct Bounds: Sendable, Equatable {
        package var connections: Int
        /// Without a request for so long a connection is closed. Postfix itself closes after 300 s (`smtpd_policy_service_max_idle`).
        package var idleTimeout: TimeAmount
        /// A request that was begun must be whole within this.
        package var requestTimeout: TimeAmount

        package init(
            connections: Int = 10_000, idleTimeout: TimeAmount = .hours(1), requestTimeout: TimeAmount = .seconds(30)
        ) {
            self.connections = connections
            self.idleTimeout = idleTimeout
            self.requestTimeout = requestTimeout
        }
    }

    private let gatehouse: Gatehouse
    private let waiting: WaitingRoom
    private let group: any EventLoopGroup
    private let bounds: Bounds
    private let complaints: Complaints
    /// One for each event loop.
    private let batches = Mutex<[ObjectIdentifier: NIOLoopBound<ReplyBatch<PolicyConnectionHandler>>]>([:])
    private let listeners = OpenListeners<ListenerSettings>()
    private let open: OpenConnections<ListenerSettings>

    package init(gatehouse: Gatehouse, group: any EventLoopGroup, bounds: Bounds, logger: Logger) {
        self.gatehouse = gatehouse
        self.group = group
        self.bounds = bounds
        waiting = WaitingRoom(gatehouse: gatehouse, loop: group.next())
        complaints = Complaints(about: "policy connection closed", logger: logger)
        open = OpenConnections(most: bounds.connections)
    }

    /// Listens on these and no others; what is there already is left alone.
    ///
    /// - Throws: ``ListenError`` naming the listener; those that were opened by this call are closed again.
    package func listen(on wanted: [ListenerSettings]) async throws {
        try await listeners.listen(on: wanted, dismiss: open.dismiss) { listener in
            ServerBootstrap(group: group)
                .childChannelOption(.maxMessagesPerRead, value: 1)
                // A request of Postfix's has some 700 bytes, and there is one at a time.
                .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
                .childChannelInitializer { channel in self.accept(channel, through: listener) }
        }
    }

    /// Where it listens now; a port that was given as 0 is the one that the system chose.
    package var addresses: [String] { listeners.addresses }

    private func accept(_ channel: any Channel, through listener: ListenerSettings) -> EventLoopFuture<Void> {
        let place = listener.endpoint.description
        guard open.admit(channel, through: listener) else {
            complaints.complain(
                "\(bounds.connections) policy connections are open already: raise max_connections in [engine]",
                at: place)
            return channel.close()
        }
        return channel.eventLoop.makeCompletedFuture {
            let handler = PolicyConnectionHandler(
                gatehouse: gatehouse, waiting: waiting, boundGate: listener.gate, bounds: bounds,
                dunno: Self.dunno, batch: replyBatch(of: channel.eventLoop),
                complain: { self.complaints.complain($0, at: place) })
            try channel.pipeline.syncOperations.addHandler(handler)
        }
    }

    /// To be called on that loop.
    private func replyBatch(of loop: any EventLoop) -> ReplyBatch<PolicyConnectionHandler> {
        batches.withLock { batches in
            if let batch = batches[ObjectIdentifier(loop)] { return batch }
            let batch = NIOLoopBound(ReplyBatch<PolicyConnectionHandler>(loop: loop), eventLoop: loop)
            batches[ObjectIdentifier(loop)] = batch
            return batch
        }.value
    }

    private static let dunno = ByteBuffer(string: "action=DUNNO\n\n")

    /// To be called after a carrier's rate was changed.
    package func paceChanged() { waiting.setTimer() }

    package var connectionCount: Int { open.count }

    /// Takes no more connections, answers what waits, and closes.
    package func close() async {
        await listeners.close()
        waiting.close()
        await open.close()
    }
}
