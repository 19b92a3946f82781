import Glibc

/// Runs a program as another user, through setpriv(1).
enum OtherUser {
    static func words(_ words: [String], as user: String?) throws -> [String] {
        guard let user else { return words }
        guard let entry = getpwnam(user) else { throw RigError("no user \(user)") }
        let group = String(entry.pointee.pw_gid)
        return ["/usr/bin/setpriv", "--reuid", user, "--regid", group, "--init-groups"] + words
    }
}
