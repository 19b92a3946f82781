import CTerminal
import ControlProtocol
import Glibc

/// The thread of the terminal: waits for keys, signals and the engine, makes events of them, and draws.
struct ConsoleLoop {
    let mailbox: Mailbox
    let runner: CommandRunner
    let options: ConsoleOptions

    /// Bytes of standard error that are kept while the screen is up, and that are printed when it closes.
    private static let keptErrors = 262_144
    private static let printedErrors = 4_096
    /// How long the terminal may take to tell the width of an ambiguous character.
    private static let probeMilliseconds: Int32 = 150

    func run() throws(ConsoleError) {
        let drawing = chooseDrawing()
        let signals = sekisho_signals_open()
        guard signals >= 0 else { throw .noResources("a pipe for signals") }
        defer { sekisho_signals_close() }
        let palette = options.palette ?? (Environment.value("NO_COLOR").map { !$0.isEmpty } ?? false ? .mono : .colour)
        let session = try CursesSession(palette: palette)
        let keepsErrors = isatty(STDERR_FILENO) == 1 && sekisho_errors_capture()
        defer {
            session.close()
            if keepsErrors { sekisho_errors_release(Self.printedErrors) }
        }
        let state = State(size: session.size(), drawing: drawing, initialView: options.initialView)
        loop(session, signals, state)
    }

    private func chooseDrawing() -> Drawing {
        guard sekisho_locale_is_utf8() else { return .ascii }
        let width: Int =
            switch options.ambiguousWidth {
            case .one: 1
            case .two: 2
            case .auto: max(1, Int(sekisho_ambiguous_width(Self.probeMilliseconds)))
            }
        let glyphs: Glyphs = options.ascii || width == 2 ? .ascii : .unicode
        return Drawing(glyphs: glyphs, ambiguousWidth: width)
    }

    private func loop(_ session: CursesSession, _ signals: Int32, _ initial: State) {
        var state = initial
        var shown: Grid?
        var decoder = InputDecoder()
        var happenings: [Happening] = [.started]
        while true {
            for happening in happenings {
                let (next, commands) = update(state, Event(at: Environment.monotonicNow(), happening))
                state = next
                for command in commands { run(command, session) }
            }
            if state.hasEnded { return }
            draw(state, session, &shown)
            sekisho_errors_bound(Self.keptErrors)
            happenings = wait(session, signals, state, &decoder)
        }
    }

    private func draw(_ state: State, _ session: CursesSession, _ shown: inout Grid?) {
        let grid = render(state, state.size)
        guard grid != shown else { return }
        session.show(grid)
        shown = grid
    }

    private func run(_ command: Command, _ session: CursesSession) {
        switch command {
        case .copy(let text): Clipboard.copy(text)
        case .repaint: session.repaint()
        case .subscribe, .preview, .lookUp, .perform, .reload: runner.run(command)
        case .quit: break
        }
    }

    // MARK: Waiting

    private func wait(
        _ session: CursesSession, _ signals: Int32, _ state: State, _ decoder: inout InputDecoder
    ) -> [Happening] {
        var descriptors = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: mailbox.wakeup, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&descriptors, nfds_t(descriptors.count), timeout(state, decoder))
        if ready < 0, errno != EINTR { return [.terminated] }
        var happenings: [Happening] = []
        // The terminal is gone: its window was closed, or the connection to it.
        if descriptors[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { return [.terminated] }
        if descriptors[1].revents != 0 { happenings += takeSignals(session) }
        if descriptors[2].revents != 0 { happenings += mailbox.take() }
        happenings += readKeys(session, &decoder, timedOut: ready == 0)
        // A window can also change without a signal that reaches us.
        let size = session.size()
        if size != state.size {
            session.resize(to: size)
            happenings.append(.resized(size))
        }
        return happenings.isEmpty ? [.tick] : happenings
    }

    private func timeout(_ state: State, _ decoder: InputDecoder) -> Int32 {
        if decoder.isInPaste { return 1_000 }
        guard let deadline = state.nextDeadline else { return 10_000 }
        return Int32(max(1, min(10_000, deadline - Environment.monotonicNow())))
    }

    private func readKeys(_ session: CursesSession, _ decoder: inout InputDecoder, timedOut: Bool) -> [Happening] {
        let batch = session.read()
        var outputs = decoder.decode(batch)
        if batch.isEmpty, timedOut, decoder.isInPaste { outputs += decoder.abandonPaste() }
        return outputs.map { output in
            switch output {
            case .key(let key): .key(key)
            case .paste(let text): .paste(text)
            }
        }
    }

    private func takeSignals(_ session: CursesSession) -> [Happening] {
        var happenings: [Happening] = []
        while true {
            switch sekisho_signals_next() {
            case 0: return happenings
            case SIGTERM, SIGHUP: happenings.append(.terminated)
            case SIGINT: happenings.append(.interrupted)
            case SIGTSTP: session.stop()
            case SIGCONT: session.repaint()
            default: happenings.append(.tick)
            }
        }
    }
}
