import Foundation

/// The built `sekisho`: the daemon of one test, and the command line that talks to it.
actor Engine {
    nonisolated let folder: TemporaryFolder
    private let user: String?
    private var process: ChildProcess?

    init(in folder: TemporaryFolder, configuration: EngineConfiguration) throws {
        self.folder = folder
        user = configuration.user
        _ = try folder.makeFolder(EnginePaths.home, owner: configuration.user)
        try folder.write(configuration.file(in: folder), to: EnginePaths.configuration)
        try folder.write(configuration.accountsFile(), to: EnginePaths.accounts)
    }

    nonisolated var policySocket: String { folder[EnginePaths.policySocket] }
    nonisolated var controlSocket: String { folder[EnginePaths.controlSocket] }
    nonisolated var milters: PostfixInstance.Surroundings.Milters {
        .init(verify: folder[EnginePaths.verifySocket], sign: folder[EnginePaths.signSocket])
    }
    /// What the daemon has logged.
    nonisolated var log: String { folder.read(EnginePaths.output) }

    /// Starts the daemon and waits until it answers on both sockets.
    func start() async throws {
        let child = try ChildProcess(
            try await program(), ["serve", "--config", folder[EnginePaths.configuration]],
            output: folder[EnginePaths.output], user: user)
        process = child
        do {
            try await eventually("the engine's sockets") {
                if let status = await child.exitStatus() { throw RigError("the engine ended with status \(status)") }
                guard await Listener.answers(at: policySocket) else { return false }
                return await Listener.answers(at: controlSocket)
            }
        } catch {
            await child.end()
            throw RigError("\(error)\n\(log)")
        }
    }

    /// `kill -9`: it has no time to write anything down.
    func kill() async throws {
        await process?.signal(SIGKILL)
        _ = try await process?.waitForExit()
    }

    /// SIGTERM. Returns the exit status.
    func stop() async throws -> Int32? {
        await process?.signal(SIGTERM)
        return try await process?.waitForExit()
    }

    /// Writes another configuration and sends SIGHUP.
    func reload(_ text: String) async throws {
        try folder.write(text, to: EnginePaths.configuration)
        await process?.signal(SIGHUP)
    }

    /// Stops it where it stands: it accepts connections and answers nothing, as a program that hangs.
    func freeze() async {
        await process?.signal(SIGSTOP)
    }

    func end() async {
        await process?.signal(SIGCONT)
        await process?.end()
    }

    /// `sekisho ARGUMENTS --socket ...`.
    nonisolated func command(_ arguments: [String], as user: String? = nil) async throws -> CommandResult {
        try await CommandResult.run(Self.program, arguments + ["--socket", controlSocket], user: user)
    }

    /// As ``command(_:as:)``, for one that must succeed; returns what it printed.
    @discardableResult
    nonisolated func perform(_ arguments: [String]) async throws -> String {
        let result = try await command(arguments)
        guard result.status == 0 else {
            throw RigError("sekisho \(arguments): status \(result.status)\n\(result.output)\(result.errors)")
        }
        return result.output
    }

    /// What the daemon is started from. Another user may not get to where this one builds: in a home with mode 0700, say.
    private func program() async throws -> String {
        guard user != nil else { return Self.program }
        let copy = folder[EnginePaths.home + "/sekisho"]
        if access(copy, F_OK) == 0 { return copy }
        // By a process of its own: a descriptor for writing that a test beside this one inherits would keep it from running.
        try await CommandResult.check("/bin/cp", [Self.program, copy])
        return copy
    }

    /// Beside the bundle of the tests, where the package manager builds both.
    static let program: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "."
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("sekisho").path
    }()
}
