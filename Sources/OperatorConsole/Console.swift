import CTerminal
import ControlProtocol
import Glibc

/// Runs the console on the terminal of this process until the operator quits or the process is told to end.
///
///     try await runConsole(link: link, options: ConsoleOptions())
///
/// While it runs it takes the signals TERM, HUP, INT, TSTP, CONT and WINCH of the process, and puts back who had them
/// before when it ends. One thread of its own owns the terminal; the engine is talked to in tasks of the caller's executor.
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
