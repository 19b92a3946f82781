import Glibc

/// Why a queue command failed, with what to do about it.
struct QueueTrouble: Error, Sendable, Equatable, CustomStringConvertible {
    let description: String

    init(_ error: ChildProcessError, of command: ChildCommand, complaint: String) {
        let program = Self.program(command)
        switch error {
        case .notStarted(let file, ENOENT):
            description = "\(file) is not there: install it, or correct the path in the configuration"
        case .notStarted(let file, EACCES):
            description = "\(file) may not be run by uid \(geteuid()): check its mode and the directories above it"
        case .notStarted(let file, let code):
            description = "\(file) was not started: \(String(cString: strerror(code)))"
        case .timeLimit(let limit):
            let said = complaint.isEmpty ? "" : " (it said: \(complaint))"
            description = "\(program) did not end within \(limit / .seconds(1)) s and was stopped\(said)"
        case .outputLimit(let bytes):
            description = "\(program) wrote more than \(bytes) bytes and was stopped"
        case .cancelled:
            description = "\(program) was stopped because the engine ends"
        case .pipe(let code):
            description = "no pipe to \(program): \(String(cString: strerror(code)))"
        }
    }

    init(_ end: ChildEnd, of command: ChildCommand, complaint: String) {
        let program = Self.program(command)
        let how =
            switch end {
            case .exited(let code): "\(program) ended with code \(code)"
            case .signalled(let signal): "\(program) was ended by signal \(signal)"
            }
        let said = complaint.isEmpty ? "" : ": " + complaint
        let remedy = Self.remedy(complaint).map { "; " + $0 } ?? ""
        description = how + said + remedy
    }

    private static func program(_ command: ChildCommand) -> String {
        command.arguments.prefix { $0 != "-c" }.joined(separator: " ")
    }

    /// What helps, by what Postfix and sudo say.
    private static func remedy(_ complaint: String) -> String? {
        let known = [
            (
                "unauthorized configuration directory",
                "let the default main.cf name the directory, as it says, or run `postmulti -e import` for it"
            ),
            ("main.cf: No such file", "the configured directory is not one of a Postfix instance"),
            ("mail system is down", "start that Postfix instance"),
            ("is not allowed to view the mail queue", "add the engine's user to authorized_mailq_users"),
            ("is not allowed to flush the mail queue", "add the engine's user to authorized_flush_users"),
            ("reserved for the superuser", "let the engine run postsuper through sudo"),
            ("password is required", "the sudo rule for the engine's user is missing or names other arguments"),
            ("not in the sudoers", "the sudo rule for the engine's user is missing"),
            ("is not allowed to execute", "the sudo rule for the engine's user names other arguments"),
            ("no new privileges", "remove NoNewPrivileges from the engine's systemd unit, or its queue actions"),
        ]
        return known.first { complaint.contains($0.0) }?.1
    }
}
