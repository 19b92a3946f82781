import Glibc
import NIOCore

/// `struct ucred` of unix(7), which the kernel fills in at the time of connect(2).
struct PeerCredentials: Sendable, Equatable {
    var processID: Int32
    var userID: UInt32
    var groupID: UInt32

    /// - Throws: `IOError` of getsockopt(2); ``ControlServerError/noCredentials`` for a channel that is no socket.
    static func read(from channel: any Channel) throws -> EventLoopFuture<PeerCredentials> {
        guard let socket = channel as? any SocketOptionProvider else { throw ControlServerError.noCredentials }
        return socket.unsafeGetSocketOption(level: .socket, name: .init(rawValue: SO_PEERCRED))
    }
}
