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

    private let gatehouse: Gatehouse
    private let waiting: WaitingRoom
    private let group: any EventLoopGroup
    private let bounds: Bounds
    private let complaints: Complaints
    private let listeners = Mutex<[Listener: any Channel]>([:])
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

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
    package func listen(on wanted: [Listener]) async throws {
        let present = listeners.withLock { Set($0.keys) }
        var opened: [Listener: any Channel] = [:]
        do {
            for listener in wanted where !present.contains(listener) {
                opened[listener] = try await bind(listener)
            }
        } catch {
            for (listener, channel) in opened {
                try? await channel.close()
                listener.removeSocketFile()
            }
            throw error
        }
        let unwanted = listeners.withLock { listeners in
            listeners.merge(opened) { _, new in new }
            let unwanted = listeners.filter { !wanted.contains($0.key) }
            for listener in unwanted.keys { listeners[listener] = nil }
            return unwanted
        }
        for (listener, channel) in unwanted {
            try? await channel.close()
            if !wanted.contains(where: { $0.place == listener.place }) { listener.removeSocketFile() }
        }
    }

    private func bind(_ listener: Listener) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in self.accept(channel, gate: listener.gate) }
        do {
            switch listener.place {
            case .address(let host, let port):
                return
                    try await bootstrap
                    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .bind(host: host, port: port).get()
            case .path(let path, let mode, let owner):
                try ControlSocketFile.clearStale(path: path)
                let channel = try await bootstrap.bind(unixDomainSocketPath: path).get()
                do {
                    _ = try ControlSocketFile(path: path, mode: mode, group: owner)
                } catch {
                    try? await channel.close()
                    throw error
                }
                return channel
            }
        } catch {
            throw ListenError(listener: listener, reason: "\(error)")
        }
    }

    private func accept(_ channel: any Channel, gate: Gate?) -> EventLoopFuture<Void> {
        let id = ObjectIdentifier(channel)
        let admitted = open.withLock { open in
            guard open.count < bounds.connections else { return false }
            open[id] = channel
            return true
        }
        guard admitted else {
            complaints.complain("more than \(bounds.connections) policy connections: raise max_connections in [engine]")
            return channel.close()
        }
        channel.closeFuture.whenComplete { _ in self.open.withLock { $0[id] = nil } }
        return channel.eventLoop.makeCompletedFuture {
            let handler = PolicyConnectionHandler(
                gatehouse: gatehouse, waiting: waiting, boundGate: gate, bounds: bounds, dunno: Self.dunno,
                complain: { self.complaints.complain($0) })
            try channel.pipeline.syncOperations.addHandler(handler)
        }
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
        for (listener, channel) in all {
            try? await channel.close()
            listener.removeSocketFile()
        }
        waiting.close()
        for channel in open.withLock({ Array($0.values) }) {
            // Behind the answers that are on their way on the channel's own loop.
            try? await channel.eventLoop.submit { channel.close(promise: nil) }.get()
            try? await channel.closeFuture.get()
        }
    }
}
