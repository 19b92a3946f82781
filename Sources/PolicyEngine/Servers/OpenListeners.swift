import NIOCore
import NIOPosix
import Synchronization

/// What tells where to listen.
protocol ListeningPlace: Hashable, Sendable {
    var endpoint: ListenerSettings.Endpoint { get }
}

extension ListenerSettings: ListeningPlace {}

extension ListenerSettings.Endpoint: ListeningPlace {
    package var endpoint: ListenerSettings.Endpoint { self }
}

/// The listeners of a server that are open.
final class OpenListeners<Place: ListeningPlace>: Sendable {
    /// A listener that is open, and its file if it has one.
    private struct Open {
        var channel: any Channel
        var file: BoundSocketFile?

        func close() async {
            file?.remove()
            try? await channel.close()
        }
    }

    private let open = Mutex<[Place: Open]>([:])

    /// Listens on these and no others; what is there already is left alone, and what has changed is opened anew.
    ///
    /// - Parameters:
    ///   - bootstrap: makes what accepts the connections of a listener.
    ///   - dismiss: called for each that is gone.
    /// - Throws: ``ListenError`` naming the listener; those that were opened by this call are closed again.
    func listen(
        on wanted: [Place], dismiss: (Place) -> Void, bootstrap: (Place) -> ServerBootstrap
    ) async throws {
        await leave(allBut: wanted, dismiss: dismiss)
        let present = open.withLock { Set($0.keys) }
        var opened: [Place: Open] = [:]
        do {
            for place in wanted where !present.contains(place) {
                opened[place] = try await Self.bind(place.endpoint, bootstrap(place))
            }
        } catch {
            for open in opened.values { await open.close() }
            throw error
        }
        open.withLock { $0.merge(opened) { _, new in new } }
    }

    /// Listens on no others than these.
    func leave(allBut wanted: [Place], dismiss: (Place) -> Void) async {
        for place in open.withLock({ Array($0.keys) }) where !wanted.contains(place) {
            await open.withLock { $0.removeValue(forKey: place) }?.close()
            dismiss(place)
        }
    }

    private static func bind(_ endpoint: ListenerSettings.Endpoint, _ bootstrap: ServerBootstrap) async throws -> Open {
        let bootstrap =
            bootstrap
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        do {
            switch endpoint {
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
            throw ListenError(place: endpoint.description, reason: "\(error)")
        }
    }

    /// Where it listens now; a port that was given as 0 is the one that the system chose.
    var addresses: [String] {
        open.withLock { open in
            open.map { place, open in
                if case .tcp(let host, 0) = place.endpoint {
                    return "\(host):\(open.channel.localAddress?.port ?? 0)"
                }
                return place.endpoint.description
            }.sorted()
        }
    }

    func close() async {
        let all = open.withLock { open in
            defer { open = [:] }
            return open
        }
        for open in all.values { await open.close() }
    }
}
