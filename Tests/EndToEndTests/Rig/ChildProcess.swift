import Foundation

/// A program that the test started and that the test ends, by its process ID. It leads a process group of its own,
/// so that what it starts ends with it.
actor ChildProcess {
    private let executor: BlockingExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    nonisolated let name: String
    nonisolated let identifier: pid_t
    private var status: Int32?

    /// - Parameters:
    ///   - output: the file that standard output and standard error are appended to; `nil` discards them.
    ///   - user: runs it as this user.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], output: String?,
        user: String? = nil
    ) throws {
        let words = try OtherUser.words([program] + arguments, as: user)
        name = (program as NSString).lastPathComponent
        executor = BlockingExecutor("process \(name)")
        identifier = try Self.spawn(words, environment: environment, output: output ?? "/dev/null")
    }

    /// The exit status, or 128 and the signal; `nil` while it runs.
    func exitStatus() -> Int32? {
        if let status { return status }
        var raw: Int32 = 0
        guard waitpid(identifier, &raw, WNOHANG) == identifier else { return nil }
        status = Self.decode(raw)
        return status
    }

    func waitForExit(within deadline: Duration = .seconds(20)) async throws -> Int32 {
        try await eventually("the end of \(name) (\(identifier))", within: deadline) { exitStatus() }
    }

    /// Sends a signal to the process alone; does nothing when it has ended.
    func signal(_ number: Int32) {
        if exitStatus() == nil { kill(identifier, number) }
    }

    /// Ends the process and its group: asks first, and insists after `patience`.
    func end(patience: Duration = .seconds(5)) async {
        if exitStatus() == nil {
            kill(identifier, SIGTERM)
            if (try? await waitForExit(within: patience)) == nil {
                kill(identifier, SIGKILL)
                _ = try? await waitForExit(within: patience)
            }
        }
        kill(-identifier, SIGKILL)
    }

    private static func decode(_ raw: Int32) -> Int32 {
        let signal = raw & 0x7f
        return signal == 0 ? (raw >> 8) & 0xff : 128 + signal
    }

    private static func spawn(_ words: [String], environment: [String: String], output: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setpgroup(&attributes, 0)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

        let inherited = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = inherited.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var identifier: pid_t = 0
        let failure = posix_spawnp(&identifier, words[0], &actions, &attributes, &arguments, &variables)
        guard failure == 0 else { throw RigError.system("cannot start \(words[0])", failure) }
        return identifier
    }
}
