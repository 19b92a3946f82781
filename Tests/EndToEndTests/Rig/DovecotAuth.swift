import Foundation

/// Dovecot with nothing but its authentication service, from a file of logins with plain-text passwords.
struct DovecotAuth: Sendable {
    /// The socket that Postfix's `smtpd_sasl_path` names.
    let socket: String
    private let process: ChildProcess

    /// - Parameter logins: all with the password `secret`.
    init(in folder: TemporaryFolder, logins: [String]) async throws {
        let home = try folder.makeFolder("dovecot")
        socket = home + "/auth"
        let users = logins.map { "\($0):{PLAIN}secret::::::\n" }.joined()
        try folder.write(users, to: "dovecot/users")
        try folder.write(Self.configuration(home: home, socket: socket), to: "dovecot/dovecot.conf")
        process = try ChildProcess(
            "/usr/sbin/dovecot", ["-F", "-c", home + "/dovecot.conf"], output: home + "/output")
        do {
            try await eventually("Dovecot's socket \(socket)") { access(self.socket, F_OK) == 0 }
        } catch {
            await process.end()
            throw RigError("\(error)\n\(folder.read("dovecot/output"))\n\(folder.read("dovecot/log"))")
        }
    }

    func end() async {
        await process.end()
    }

    private static func configuration(home: String, socket: String) -> String {
        """
        protocols =
        listen = 127.0.0.1
        base_dir = \(home)/run
        state_dir = \(home)/state
        log_path = \(home)/log
        ssl = no
        disable_plaintext_auth = no
        auth_mechanisms = plain
        auth_cache_size = 0
        passdb {
          driver = passwd-file
          args = scheme=PLAIN username_format=%u \(home)/users
        }
        userdb {
          driver = static
          args = uid=nobody gid=nogroup home=/nonexistent
        }
        service auth {
          unix_listener \(socket) {
            mode = 0666
          }
        }

        """
    }
}
