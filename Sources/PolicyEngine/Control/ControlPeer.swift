/// Who is at the other end of a control connection, as the kernel says (unix(7), SO_PEERCRED) and the system's user
/// database names them. The peer cannot choose any of it.
package struct ControlPeer: Sendable, Equatable {
    package var userID: UInt32
    package var groupID: UInt32
    package var processID: Int32
    /// Login name; `uid:1234` for a user without one.
    package var login: String
    /// Names of all groups of the login, and of the process's own.
    package var groups: [String]

    package init(userID: UInt32, groupID: UInt32, processID: Int32, login: String, groups: [String]) {
        self.userID = userID
        self.groupID = groupID
        self.processID = processID
        self.login = login
        self.groups = groups
    }
}
