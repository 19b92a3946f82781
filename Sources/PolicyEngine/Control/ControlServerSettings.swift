import NIOCore

/// Where an engine listens for consoles and commands, and how much of it they may use.
package struct ControlServerSettings: Sendable, Equatable {
    /// At most 107 bytes, as unix(7) has it.
    package var path: String
    /// Permissions of the socket: who may connect at all. What they may do then is a matter of roles.
    package var mode: UInt16
    /// Group of the socket; `nil` leaves the engine's own.
    package var group: String?
    package var maximumConnections: Int
    /// So that one user's runaway script does not lock the others out.
    package var maximumConnectionsPerUser: Int
    /// How long a peer may take for one line.
    package var lineTimeout: TimeAmount

    package init(
        path: String, mode: UInt16 = 0o660, group: String? = nil, maximumConnections: Int = 256,
        maximumConnectionsPerUser: Int = 64, lineTimeout: TimeAmount = .seconds(60)
    ) {
        self.path = path
        self.mode = mode
        self.group = group
        self.maximumConnections = maximumConnections
        self.maximumConnectionsPerUser = maximumConnectionsPerUser
        self.lineTimeout = lineTimeout
    }
}
