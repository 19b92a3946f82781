import MailPolicy

/// Writes one log line a decision, in logfmt or JSON, into bytes that are used again.
struct DecisionLine {
    package enum Format: Sendable { case logfmt, json }

    let format: Format
    /// Names of carriers and limits come from the rulebook that decided.
    let carriers: [String]

    func append(_ record: JournalRecord, of excerpt: JournalExcerpt, to line: inout [UInt8]) {
        if format == .json { line.append(UInt8(ascii: "{")) }
        var first = true
        func key(_ name: StaticString) {
            if !first { line.append(format == .json ? UInt8(ascii: ",") : UInt8(ascii: " ")) }
            first = false
            if format == .json { line.append(UInt8(ascii: "\"")) }
            name.withUTF8Buffer { line.append(contentsOf: $0) }
            if format == .json {
                line.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
            } else {
                line.append(UInt8(ascii: "="))
            }
        }
        func text(_ name: StaticString, _ value: ArraySlice<UInt8>) {
            guard !value.isEmpty else { return }
            key(name)
            Self.appendText(value, format, to: &line)
        }
        func word(_ name: StaticString, _ value: String) {
            key(name)
            var value = value
            value.withUTF8 { Self.appendText($0[...], format, to: &line) }
        }
        func number(_ name: StaticString, _ value: Int64) {
            key(name)
            Self.append(value, to: &line)
        }

        key("at")
        Self.append(record.at.wall, to: &line)
        word("gate", record.gate.name)
        word("state", record.state.name)
        word("verdict", record.verdict.outcome.name)
        word("rule", record.verdict.rule.name)
        text("login", excerpt.text(record, \.login))
        text("queue_id", excerpt.text(record, \.queueID))
        text("instance", excerpt.text(record, \.instance))
        text("client", excerpt.text(record, \.source))
        text("sender", excerpt.text(record, \.sender))
        text("recipient", excerpt.text(record, \.recipient))
        if let count = record.verdict.limit {
            word("limit", count.limit.limit.description)
            number("count", count.count)
        }
        if record.verdict.override != 0 { number("override", record.verdict.override) }
        if record.verdict.carrier >= 0, Int(record.verdict.carrier) < carriers.count {
            word("carrier", carriers[Int(record.verdict.carrier)])
        }
        if record.verdict.waited > 0 { number("waited_ms", record.verdict.waited) }
        text("reply", excerpt.text(record, \.reply))
        if format == .json { line.append(UInt8(ascii: "}")) }
        line.append(UInt8(ascii: "\n"))
    }

    private static func append(_ value: Int64, to line: inout [UInt8]) {
        if value < 0 {
            line.append(contentsOf: String(value).utf8)
            return
        }
        var rest = value
        let start = line.count
        repeat {
            line.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        line[start...].reverse()
    }

    /// Plain as it is where it has nothing that would need quotes; in JSON always quoted (RFC 8259 section 7).
    private static func appendText(_ value: some Collection<UInt8>, _ format: Format, to line: inout [UInt8]) {
        let plain = value.allSatisfy {
            $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "=") && $0 != 0x7F
        }
        let quoted = format == .json || !plain || value.isEmpty
        if quoted { line.append(UInt8(ascii: "\"")) }
        if plain {
            line.append(contentsOf: value)
        } else {
            for byte in value {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                    line.append(UInt8(ascii: "\\"))
                    line.append(byte)
                case 0..<0x20, 0x7F:
                    line.append(contentsOf: Array("\\u00".utf8))
                    line.append(hexDigits[Int(byte >> 4)])
                    line.append(hexDigits[Int(byte & 15)])
                default: line.append(byte)
                }
            }
        }
        if quoted { line.append(UInt8(ascii: "\"")) }
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}

extension GateRequest.State {
    /// As Postfix names it.
    var name: String {
        switch self {
        case .mail: "MAIL"
        case .recipient: "RCPT"
        case .data: "DATA"
        case .endOfMessage: "END-OF-MESSAGE"
        case .other: "OTHER"
        }
    }
}
