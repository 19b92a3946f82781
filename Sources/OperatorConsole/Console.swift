import CNCurses
import ControlProtocol
import Glibc

/// Blocks the signals that the console reads itself. Call it first in `main`, before any thread starts: a thread that
/// is already there could take one of them and end the process.
package func blockConsoleSignals() {
    sekisho_signals_block()
}

/// Runs the console on the terminal of this process until the operator quits or the process is told to end.
///
///     blockConsoleSignals()
///     try await runConsole(link: link, options: ConsoleOptions())
///
/// One thread of its own owns the terminal; the engine is talked to in tasks of the caller's executor.
///
/// - Throws: ``ConsoleError``; write it to standard error and exit with its ``ConsoleError/exitCode``.
package func runConsole(link: any EngineLink, options: ConsoleOptions) async throws(ConsoleError) {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { throw .notATerminal }
    let wakeup = sekisho_wakeup_open()
    guard wakeup >= 0 else { throw .noResources("an event descriptor") }
    defer { close(wakeup) }
    let mailbox = Mailbox(wakeup: wakeup)
    let runner = CommandRunner(link: link, mailbox: mailbox)
    let result = await withCheckedContinuation { continuation in
        let started = TerminalThread.start {
            let outcome: Result<Void, ConsoleError>
            do throws(ConsoleError) {
                try ConsoleLoop(mailbox: mailbox, runner: runner, options: options).run()
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            continuation.resume(returning: outcome)
        }
        if !started { continuation.resume(returning: .failure(.noResources("a thread for the terminal"))) }
    }
    // Nobody may write to the descriptor once it is closed.
    mailbox.close()
    runner.stop()
    try result.get()
}
