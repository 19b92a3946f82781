import Dispatch
import Glibc
import Synchronization

/// Hands lines to syslog(3) from a thread of its own, since that waits for as long as syslogd does not read.
///
/// What comes while too much waits is dropped and counted, and the count is told when it goes on.
final class SyslogWriter: Sendable {
    private struct State {
        /// Bytes that wait.
        var waiting = 0
        var dropped = 0
    }

    private let queue = DispatchQueue(label: "sekisho.syslog", qos: .utility)
    private let state = Mutex(State())
    private static let mostWaiting = 4 << 20

    init() {
        // openlog keeps the pointer, so it must live as long as the process.
        openlog(strdup("sekisho"), LOG_PID, 2 << 3)
    }

    /// - Parameter severity: such as LOG_INFO.
    func write(_ lines: [UInt8], severity: Int32) {
        let isTaken = state.withLock { state in
            guard state.waiting + lines.count <= Self.mostWaiting else {
                state.dropped += lines.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
                return false
            }
            state.waiting += lines.count
            return true
        }
        guard isTaken else { return }
        queue.async {
            for line in lines.split(separator: UInt8(ascii: "\n")) {
                Self.send(String(decoding: line, as: UTF8.self), severity)
            }
            let dropped = self.state.withLock { state in
                state.waiting -= lines.count
                defer { state.dropped = 0 }
                return state.dropped
            }
            if dropped > 0 { Self.send("\(dropped) log lines were dropped, since syslogd did not read", LOG_ERR) }
        }
    }

    /// Waits until all is written, but no longer than a second.
    func flush() {
        let done = DispatchSemaphore(value: 0)
        queue.async { done.signal() }
        _ = done.wait(timeout: .now() + 1)
    }

    private static func send(_ line: String, _ severity: Int32) {
        line.withCString { text in withVaList([text]) { vsyslog(severity, "%s", $0) } }
    }
}
