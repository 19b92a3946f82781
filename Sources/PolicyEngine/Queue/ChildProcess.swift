import Dispatch
import Foundation
import Glibc
import Synchronization

/// Runs one program, on a thread of its own, so that neither an event loop nor the cooperative pool ever waits for it.
///
/// The child gets its own process group, an environment of three variables, and no file descriptor but its three pipes.
/// Its output is handed on as it comes, so that memory does not depend on how much it writes.
enum ChildProcess {
    typealias Sink = @Sendable (UnsafeRawBufferPointer) -> Void

    /// Both sinks are called on the child's thread, one call at a time, and never after the return.
    ///
    /// - Throws: ``ChildProcessError``; the child has been ended then, as far as the system allows it.
    static func run(
        _ command: ChildCommand, output: @escaping Sink, error: @escaping Sink
    ) async throws(ChildProcessError) -> ChildEnd {
        let cancelled = CancelFlag()
        let result: Result<ChildEnd, ChildProcessError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let thread = Thread {
                    continuation.resume(
                        returning: Result { () throws(ChildProcessError) in
                            try runHere(command, cancelled: cancelled, output: output, error: error)
                        })
                }
                thread.name = "child"
                thread.start()
            }
        } onCancel: {
            cancelled.flag.store(true, ordering: .relaxed)
        }
        return try result.get()
    }

    /// Blocks the calling thread until the child has ended or was given up.
    private static func runHere(
        _ command: ChildCommand, cancelled: CancelFlag, output: Sink, error: Sink
    ) throws(ChildProcessError) -> ChildEnd {
        blockBrokenPipeSignal()
        let (child, childPipes) = try start(command.arguments)
        var pipes = childPipes
        defer { pipes.closeAll() }
        do throws(ChildProcessError) {
            var pump = ChildPump(command: command, pipes: pipes, child: child)
            defer { pipes = pump.pipes }
            return try pump.run(cancelled: { cancelled.flag.load(ordering: .relaxed) }, output: output, error: error)
        } catch {
            pipes.closeAll()
            end(child)
            throw error
        }
    }

    /// A child that ends without reading all of its input must be an error here and not the end of the engine. The
    /// thread ends after the run, and with it the signal that may wait on it.
    private static func blockBrokenPipeSignal() {
        var mask = sigset_t()
        sigemptyset(&mask)
        sigaddset(&mask, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &mask, nil)
    }

    private static func start(_ arguments: [String]) throws(ChildProcessError) -> (child: pid_t, pipes: ChildPipes) {
        try ChildPipes.starting.withLock { (_) throws(ChildProcessError) in
            var pipes = try ChildPipes()
            do throws(ChildProcessError) {
                let child = try spawn(arguments, pipes: pipes)
                pipes.closeChildEnds()
                return (child, pipes)
            } catch {
                pipes.closeAll()
                throw error
            }
        }
    }

    private static func spawn(_ arguments: [String], pipes: ChildPipes) throws(ChildProcessError) -> pid_t {
        guard let program = arguments.first, !arguments.contains(where: { $0.utf8.contains(0) }) else {
            throw .notStarted(program: arguments.first ?? "", errno: EINVAL)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes.childInput, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes.childOutput, 1)
        posix_spawn_file_actions_adddup2(&actions, pipes.childError, 2)
        _ = closeFrom?(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        prepare(&attributes)
        var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for pointer in argv + environment { free(pointer) } }
        var child: pid_t = 0
        var code: Int32 = 0
        // A program that is just being written, by an upgrade say, is busy for a moment.
        for _ in 0..<20 {
            code =
                program.contains("/")
                ? posix_spawn(&child, program, &actions, &attributes, &argv, &environment)
                : spawnFound(&child, program, &actions, &attributes, &argv, &environment)
            guard code == ETXTBSY else { break }
            usleep(20_000)
        }
        guard code == 0 else { throw .notStarted(program: program, errno: code) }
        return child
    }

    private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32

    /// `posix_spawn_file_actions_addclosefrom_np(3)`, which glibc has since 2.34 but shows to GNU sources alone.
    /// Foundation opens files without close-on-exec, so that without it a child could hold any of them open.
    private static let closeFrom: CloseFrom? = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
        unsafeBitCast($0, to: CloseFrom.self)
    }

    private static let environment = ["PATH=" + ChildCommand.path, "LC_ALL=C", "TZ=UTC"]

    /// `posix_spawnp` would search the engine's own `PATH`.
    private static func spawnFound(
        _ child: inout pid_t, _ program: String, _ actions: inout posix_spawn_file_actions_t,
        _ attributes: inout posix_spawnattr_t, _ argv: inout [UnsafeMutablePointer<CChar>?],
        _ environment: inout [UnsafeMutablePointer<CChar>?]
    ) -> Int32 {
        for directory in ChildCommand.path.split(separator: ":") {
            let candidate = directory + "/" + program
            guard access(candidate, X_OK) == 0 else { continue }
            return posix_spawn(&child, candidate, &actions, &attributes, &argv, &environment)
        }
        return ENOENT
    }

    /// Own process group, so that what the child starts can be ended with it; no signal blocked or ignored.
    private static func prepare(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    /// Ends a child that was given up, and collects it. One that runs as another user (`sudo`) cannot be signalled: it
    /// finds its pipes closed, and is collected whenever it ends.
    private static func end(_ child: pid_t) {
        kill(-child, SIGTERM)
        for _ in 0..<20 {
            if waitpid(child, nil, WNOHANG) != 0 { return }
            usleep(25_000)
        }
        kill(-child, SIGKILL)
        for _ in 0..<20 {
            if waitpid(child, nil, WNOHANG) != 0 { return }
            usleep(25_000)
        }
        let thread = Thread { waitpid(child, nil, 0) }
        thread.name = "child, given up"
        thread.start()
    }
}

private final class CancelFlag: Sendable {
    let flag = Atomic<Bool>(false)
}
