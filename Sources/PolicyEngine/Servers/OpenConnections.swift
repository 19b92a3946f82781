import NIOCore
import Synchronization

/// Sent to a connection that is to end.
enum ConnectionFarewell: Sendable {
    /// With the answer that it waits for: its listener is gone.
    case afterAnswer
    /// Behind what was answered already: the engine closes.
    case now
}

/// The connections that a server has open, which bounds their number, and the listener that each came through.
final class OpenConnections<Place: ListeningPlace>: Sendable {
    private let most: Int
    private let open = Mutex<[ObjectIdentifier: (channel: any Channel, place: Place)]>([:])

    init(most: Int) { self.most = most }

    var count: Int { open.withLock { $0.count } }

    /// Takes it in until it closes; false if there is no room.
    func admit(_ channel: any Channel, through place: Place) -> Bool {
        let id = ObjectIdentifier(channel)
        let admitted = open.withLock { open in
            guard open.count < most else { return false }
            open[id] = (channel, place)
            return true
        }
        if admitted { channel.closeFuture.whenComplete { _ in self.open.withLock { $0[id] = nil } } }
        return admitted
    }

    /// Ends those that came through this listener when they have the answer that they wait for. The mail server connects
    /// anew.
    func dismiss(_ place: Place) {
        for channel in open.withLock({ $0.values.filter { $0.place == place }.map(\.channel) }) {
            channel.pipeline.fireUserInboundEventTriggered(ConnectionFarewell.afterAnswer)
        }
    }

    /// Ends all, and returns when they are closed.
    func close() async {
        let channels = open.withLock { $0.values.map(\.channel) }
        for channel in channels {
            // Behind the answers that are on their way on the channel's own loop.
            channel.pipeline.fireUserInboundEventTriggered(ConnectionFarewell.now)
        }
        for channel in channels { try? await channel.closeFuture.get() }
    }
}
