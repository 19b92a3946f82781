import Glibc
import Logging
import Synchronization

/// Where log lines go: standard error, as journald takes it, or syslog(3).
///
/// A reader that is slow must not hold up the engine: what cannot be written within ``longestWait`` is dropped and
/// counted, and the count is told when it goes on. From then on nothing is waited for until it reads again. A line that
/// was cut is ended before the next.
package final class LogSink: Sendable {
    package enum Target: Sendable { case standardError, syslog, nowhere }

    private struct State {
        /// Lines that nobody took.
        var dropped = 0
        /// What is left of a line that was cut.
        var cut: [UInt8] = []
        var isJSON: Bool
        var isStalled: Bool { dropped > 0 || !cut.isEmpty }
    }

    private let target: Target
    private let output: LogOutput
    private let syslog: SyslogWriter?
    private let state: Mutex<State>
    /// Milliseconds.
    private static let longestWait: Int32 = 200

    /// - Parameter descriptor: what ``Target/standardError`` stands for.
    package init(_ target: Target, json: Bool = false, descriptor: Int32 = STDERR_FILENO) {
        self.target = target
        output = LogOutput(descriptor)
        state = Mutex(State(isJSON: json))
        syslog = target == .syslog ? SyslogWriter() : nil
    }

    /// The form of every line.
    package var isJSON: Bool {
        get { state.withLock { $0.isJSON } }
        set { state.withLock { $0.isJSON = newValue } }
    }

    /// Writes lines, each with its newline.
    ///
    /// - Parameter severity: what syslog is told of them.
    package func write(_ lines: [UInt8], severity: Int32 = LOG_INFO) {
        switch target {
        case .nowhere: return
        case .syslog: syslog?.write(lines, severity: severity)
        case .standardError: state.withLock { writeStandardError(lines, &$0) }
        }
    }

    /// Waits a moment for what is on its way; before the process ends.
    package func flush() { syslog?.flush() }

    private func writeStandardError(_ lines: [UInt8], _ state: inout State) {
        if state.isStalled {
            state.cut.removeFirst(output.write(state.cut, wait: 0))
            if state.cut.isEmpty, state.dropped > 0 {
                let note = Self.note(dropped: state.dropped, json: state.isJSON)
                let done = output.write(note, wait: 0)
                if done > 0 {
                    state.dropped = 0
                    state.cut = Array(note[done...])
                }
            }
            guard !state.isStalled else {
                state.dropped += Self.lineCount(lines[...])
                return
            }
        }
        let done = output.write(lines, wait: Self.longestWait)
        guard done < lines.count else { return }
        var rest = lines[done...]
        if done > 0, lines[done - 1] != Self.newline, let end = rest.firstIndex(of: Self.newline) {
            state.cut = Array(rest[...end])
            rest = rest[(end + 1)...]
        }
        state.dropped += Self.lineCount(rest)
    }

    private static let newline = UInt8(ascii: "\n")

    private static func lineCount(_ lines: ArraySlice<UInt8>) -> Int {
        lines.reduce(0) { $0 + ($1 == newline ? 1 : 0) }
    }

    private static func note(dropped: Int, json: Bool) -> [UInt8] {
        let message = "\(dropped) log lines were dropped, since nobody read them"
        let line =
            json ? "{\"level\":\"error\",\"message\":\"\(message)\"}\n" : "level=error message=\"\(message)\"\n"
        return Array(line.utf8)
    }
}

/// swift-log's lines in the same form as the decisions.
package struct SinkLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let sink: LogSink
    private let now: @Sendable () -> Int64

    package init(sink: LogSink, level: Logger.Level, now: @escaping @Sendable () -> Int64) {
        self.sink = sink
        logLevel = level
        self.now = now
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var pairs = [("at", "\(now())"), ("level", event.level.rawValue), ("message", event.message.description)]
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        pairs += all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let line = sink.isJSON ? Self.json(pairs) : Self.logfmt(pairs)
        sink.write(Array(line.utf8), severity: Self.severity(event.level))
    }

    private static func severity(_ level: Logger.Level) -> Int32 {
        switch level {
        case .trace, .debug: LOG_DEBUG
        case .info: LOG_INFO
        case .notice: LOG_NOTICE
        case .warning: LOG_WARNING
        case .error: LOG_ERR
        case .critical: LOG_CRIT
        }
    }

    private static func logfmt(_ pairs: [(String, String)]) -> String {
        pairs.map { key, value in
            let plain =
                !value.isEmpty
                && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x3D && $0 != 0x7F }
            return plain ? "\(key)=\(value)" : "\(key)=\(quoted(value))"
        }.joined(separator: " ") + "\n"
    }

    private static func json(_ pairs: [(String, String)]) -> String {
        "{" + pairs.map { $0 == "at" ? "\"at\":\($1)" : "\(quoted($0)):\(quoted($1))" }.joined(separator: ",") + "}\n"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
