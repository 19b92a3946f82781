import Glibc
import Logging
import Synchronization

/// Where log lines go: standard error, as journald takes it, or syslog(3).
///
/// A reader that is slow must not hold up the engine: what cannot be written within ``longestWait`` is dropped and
/// counted, and the count is told when it goes on.
package final class LogSink: Sendable {
    package enum Target: Sendable { case standardError, syslog, nowhere }

    private struct State {
        var dropped = 0
    }

    private let target: Target
    private let state = Mutex(State())
    /// Milliseconds.
    private static let longestWait: Int32 = 200

    package init(_ target: Target) {
        self.target = target
        if target == .syslog {
            // openlog keeps the pointer, so it must live as long as the process.
            openlog(strdup("sekisho"), LOG_PID, 2 << 3)
        }
    }

    /// Writes lines, each with its newline.
    package func write(_ lines: [UInt8]) {
        switch target {
        case .nowhere: return
        case .syslog: writeSyslog(lines)
        case .standardError:
            state.withLock { state in
                if state.dropped > 0 {
                    let note = Array("sekisho: \(state.dropped) bytes of log were dropped, nobody read them\n".utf8)
                    if Self.writeAll(note) == note.count { state.dropped = 0 }
                }
                state.dropped += lines.count - Self.writeAll(lines)
            }
        }
    }

    private static func writeAll(_ bytes: [UInt8]) -> Int {
        var done = 0
        bytes.withUnsafeBytes { buffer in
            while done < buffer.count {
                var ready = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
                guard poll(&ready, 1, longestWait) > 0 else { return }
                // At most what a pipe takes without blocking once it is ready.
                let count = Glibc.write(
                    STDERR_FILENO, buffer.baseAddress.map { $0 + done }, min(buffer.count - done, 4096))
                if count > 0 {
                    done += count
                } else if errno != EINTR && errno != EAGAIN {
                    return
                }
            }
        }
        return done
    }

    private func writeSyslog(_ lines: [UInt8]) {
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            text.withCString { text in
                withVaList([text]) { vsyslog(LOG_INFO, "%s", $0) }
            }
        }
    }
}

/// swift-log's lines in the same form as the decisions.
package struct SinkLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let sink: LogSink
    private let json: Bool
    private let now: @Sendable () -> Int64

    package init(sink: LogSink, json: Bool, level: Logger.Level, now: @escaping @Sendable () -> Int64) {
        self.sink = sink
        self.json = json
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
        let line = json ? Self.json(pairs) : Self.logfmt(pairs)
        sink.write(Array(line.utf8))
    }

    private static func logfmt(_ pairs: [(String, String)]) -> String {
        pairs.map { key, value in
            let plain = !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x3D }
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
