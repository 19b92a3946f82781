import ControlProtocol

/// `[control]`: the socket for console and command line, and what its users may do.
package struct ControlSettings: Sendable, Equatable {
    package static let standardPath = "/run/sekisho/control.sock"

    package var socket: SocketFile
    /// The UNIX groups that have each role. root is always admin.
    package var roles: [Role: [String]]

    package init(socket: SocketFile = SocketFile(path: standardPath), roles: [Role: [String]] = [:]) {
        self.socket = socket
        self.roles = roles
    }
}

extension ControlSettings {
    init(reading section: ConfigurationSection) {
        let socket = SocketFile(reading: section, path: "socket", default: Self.standardPath)
        let groups = section.section("roles")
        var roles: [Role: [String]] = [:]
        for role in Role.allCases {
            roles[role] = groups.texts(role.rawValue) ?? []
        }
        groups.finish()
        section.finish()
        self.init(socket: socket ?? SocketFile(path: Self.standardPath), roles: roles)
    }
}
