import Glibc
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

    /// A listener that is open, and its file if it has one.
    private struct Open {
        var channel: any Channel
        var file: BoundSocketFile?

        func close() async {
            file?.remove()
            try? await channel.close()
        }
    }

    private let gatehouse: Gatehouse
    private let waiting: WaitingRoom
    private let group: any EventLoopGroup
    private let bounds: Bounds
    private let complaints: Complaints
    /// One for each event loop.
    private let batches = Mutex<[ObjectIdentifier: NIOLoopBound<ReplyBatch>]>([:])
    private let listeners = Mutex<[ListenerSettings: Open]>([:])
    /// Connections, and the listener that each came through.
    private let open = Mutex<[ObjectIdentifier: (channel: any Channel, listener: ListenerSettings)]>([:])

    package init(gatehouse: Gatehouse, group: any EventLoopGroup, bounds: Bounds, logger: Logger) {
        self.gatehouse = gatehouse
        self.group = group
        self.bounds = bounds
        waiting = WaitingRoom(gatehouse: gatehouse, loop: group.next())
        complaints = Complaints(logger: logger)
    }

    /// Listens on these and no others; what is there already is left alone.
    ///
    /// - Throws: ``ListenError`` naming the listener; those that were opened by this call are closed again.
    package func listen(on wanted: [ListenerSettings]) async throws {
        let present = listeners.withLock { Set($0.keys) }
        // A socket whose mode or gate has changed is opened anew.
        for listener in present where !wanted.contains(listener) {
            await listeners.withLock { $0.removeValue(forKey: listener) }?.close()
            dismiss { $0 == listener }
        }
        var opened: [ListenerSettings: Open] = [:]
        do {
            for listener in wanted where !present.contains(listener) { opened[listener] = try await bind(listener) }
        } catch {
            for open in opened.values { await open.close() }
            throw error
        }
        listeners.withLock { $0.merge(opened) { _, new in new } }
    }

    /// Ends connections when they have the answer that they wait for: what they ask next is for another listener, which
    /// may be bound to another gate. Postfix connects anew.
    private func dismiss(_ isGone: (ListenerSettings) -> Bool) {
        let channels = open.withLock { $0.values.filter { isGone($0.listener) }.map(\.channel) }
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(PolicyConnectionHandler.Farewell.afterAnswer)
        }
    }

    /// Where it listens now; a port that was given as 0 is the one that the system chose.
    package var addresses: [String] {
        listeners.withLock { listeners in
            listeners.map { listener, open in
                if case .tcp(let host, 0) = listener.endpoint {
                    return "\(host):\(open.channel.localAddress?.port ?? 0)"
                }
                return listener.endpoint.description
            }.sorted()
        }
    }

    private func bind(_ listener: ListenerSettings) async throws -> Open {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            // A request of Postfix's has some 700 bytes, and there is one at a time.
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
            .childChannelInitializer { channel in self.accept(channel, through: listener) }
        do {
            switch listener.endpoint {
            case .tcp(let host, let port):
                let tcp = bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                return Open(channel: try await tcp.bind(host: host, port: port).get())
            case .unix(let file):
                try BoundSocketFile.clearStale(path: file.path)
                let channel = try await bootstrap.bind(unixDomainSocketPath: file.path).get()
                do {
                    let bound = try BoundSocketFile(path: file.path, mode: file.mode, group: file.group)
                    return Open(channel: channel, file: bound)
                } catch {
                    try? await channel.close()
                    throw error
                }
            }
        } catch {
            throw ListenError(place: listener.endpoint.description, reason: "\(error)")
        }
    }

    private func accept(_ channel: any Channel, through listener: ListenerSettings) -> EventLoopFuture<Void> {
        let place = listener.endpoint.description
        let id = ObjectIdentifier(channel)
        let admitted = open.withLock { open in
            guard open.count < bounds.connections else { return false }
            open[id] = (channel, listener)
            return true
        }
        guard admitted else {
            complaints.complain(
                "\(bounds.connections) policy connections are open already: raise max_connections in [engine]",
                at: place)
            return channel.close()
        }
        channel.closeFuture.whenComplete { _ in self.open.withLock { $0[id] = nil } }
        return channel.eventLoop.makeCompletedFuture {
            let handler = PolicyConnectionHandler(
                gatehouse: gatehouse, waiting: waiting, boundGate: listener.policyGate, bounds: bounds,
                dunno: Self.dunno, batch: replyBatch(of: channel.eventLoop),
                complain: { self.complaints.complain($0, at: place) })
            try channel.pipeline.syncOperations.addHandler(handler)
        }
    }

    /// To be called on that loop.
    private func replyBatch(of loop: any EventLoop) -> ReplyBatch {
        batches.withLock { batches in
            if let batch = batches[ObjectIdentifier(loop)] { return batch }
            let batch = NIOLoopBound(ReplyBatch(loop: loop), eventLoop: loop)
            batches[ObjectIdentifier(loop)] = batch
            return batch
        }.value
    }

    private static let dunno = ByteBuffer(string: "action=DUNNO\n\n")

    /// To be called after a carrier's rate was changed.
    package func paceChanged() { waiting.setTimer() }

    package var connectionCount: Int { open.withLock { $0.count } }

    /// Takes no more connections, answers what waits, and closes.
    package func close() async {
        let all = listeners.withLock { listeners in
            defer { listeners = [:] }
            return listeners
        }
        for open in all.values { await open.close() }
        waiting.close()
        for channel in open.withLock({ $0.values.map(\.channel) }) {
            // Behind the answers that are on their way on the channel's own loop.
            channel.pipeline.fireUserInboundEventTriggered(PolicyConnectionHandler.Farewell.now)
            try? await channel.closeFuture.get()
        }
    }
}
