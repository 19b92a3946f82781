import MailPolicy

/// Writes one log line a decision, in logfmt or JSON, into bytes that are used again.
///
/// A busy engine writes a hundred thousand of them a second beside the event loops, so what is the same in many lines is
/// made ready once.
struct DecisionLine {
    package enum Format: Sendable { case logfmt, json }

    let format: Format
    /// Names of carriers and limits come from the rulebook that decided.
    let carriers: [String]
    private let keys: [[UInt8]]
    /// Limits as they are written, those that were met lately.
    private var limits: [(limit: Limit, text: [UInt8])] = []
    private static let limitsKept = 16

    init(format: Format, carriers: [String]) {
        self.format = format
        self.carriers = carriers
        keys = Key.allCases.map { key in
            switch format {
            case .logfmt: Array("\(key == .at ? "" : " ")\(key)=".utf8)
            case .json: Array("\(key == .at ? "{" : ",")\"\(key)\":".utf8)
            }
        }
    }

    private enum Key: Int, CaseIterable, CustomStringConvertible {
        case at, gate, state, verdict, rule, login, queueID, instance, client, sender, recipient, limit, count, override
        case carrier, waited, reply

        var description: String {
            switch self {
            case .at: "at"
            case .gate: "gate"
            case .state: "state"
            case .verdict: "verdict"
            case .rule: "rule"
            case .login: "login"
            case .queueID: "queue_id"
            case .instance: "instance"
            case .client: "client"
            case .sender: "sender"
            case .recipient: "recipient"
            case .limit: "limit"
            case .count: "count"
            case .override: "override"
            case .carrier: "carrier"
            case .waited: "waited_ms"
            case .reply: "reply"
            }
        }
    }

    mutating func append(_ record: JournalRecord, of excerpt: JournalExcerpt, to line: inout [UInt8]) {
        let verdict = record.verdict
        let places = record.places
        number(.at, record.at.wall, &line)
        word(.gate, record.gate.name, &line)
        word(.state, record.state.name, &line)
        word(.verdict, verdict.outcome.name, &line)
        word(.rule, verdict.rule.name, &line)
        excerpt.bytes.withUnsafeBufferPointer { bytes in
            text(.login, bytes[places.login], &line)
            text(.queueID, bytes[places.queueID], &line)
            text(.instance, bytes[places.instance], &line)
            text(.client, bytes[places.source], &line)
            text(.sender, bytes[places.sender], &line)
            text(.recipient, bytes[places.recipient], &line)
        }
        if let count = verdict.limit {
            line += keys[Key.limit.rawValue]
            line += written(count.limit.limit)
            number(.count, count.count, &line)
        }
        if verdict.override != 0 { number(.override, verdict.override, &line) }
        if verdict.carrier >= 0, Int(verdict.carrier) < carriers.count {
            word(.carrier, carriers[Int(verdict.carrier)], &line)
        }
        if verdict.waited > 0 { number(.waited, verdict.waited, &line) }
        excerpt.bytes.withUnsafeBufferPointer { text(.reply, $0[places.reply], &line) }
        if format == .json { line.append(UInt8(ascii: "}")) }
        line.append(UInt8(ascii: "\n"))
    }

    private mutating func written(_ limit: Limit) -> [UInt8] {
        if let known = limits.first(where: { $0.limit == limit }) { return known.text }
        var text: [UInt8] = []
        appendValue(Array(limit.description.utf8), to: &text)
        if limits.count == Self.limitsKept { limits.removeFirst() }
        limits.append((limit, text))
        return text
    }

    private func text(_ key: Key, _ value: Slice<UnsafeBufferPointer<UInt8>>, _ line: inout [UInt8]) {
        guard !value.isEmpty else { return }
        line += keys[key.rawValue]
        appendValue(UnsafeBufferPointer(rebasing: value), to: &line)
    }

    private func word(_ key: Key, _ value: String, _ line: inout [UInt8]) {
        line += keys[key.rawValue]
        var value = value
        value.withUTF8 { appendValue($0, to: &line) }
    }

    private func number(_ key: Key, _ value: Int64, _ line: inout [UInt8]) {
        line += keys[key.rawValue]
        guard value >= 0 else {
            line += "\(value)".utf8
            return
        }
        // Nineteen digits are the most that there can be.
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var rest = value
        var first = 20
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        digits.span.withUnsafeBufferPointer { line.append(contentsOf: UnsafeBufferPointer(rebasing: $0[first...])) }
    }

    /// Plain as it is where it has nothing that would need quotes; in JSON always quoted (RFC 8259 section 7).
    private func appendValue(_ value: some Collection<UInt8>, to line: inout [UInt8]) {
        // A static is looked up each time that it is named; once for each value, then, and not for each byte.
        let isPlain = Self.isPlain
        let plain = value.allSatisfy { isPlain[Int($0)] }
        let quoted = format == .json || !plain || value.isEmpty
        if quoted { line.append(UInt8(ascii: "\"")) }
        if plain {
            line.append(contentsOf: value)
        } else {
            for byte in value { Self.appendEscaped(byte, to: &line) }
        }
        if quoted { line.append(UInt8(ascii: "\"")) }
    }

    private static func appendEscaped(_ byte: UInt8, to line: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            line.append(UInt8(ascii: "\\"))
            line.append(byte)
        case 0..<0x20, 0x7F:
            line += "\\u00".utf8
            line.append(hexDigits[Int(byte >> 4)])
            line.append(hexDigits[Int(byte & 15)])
        default: line.append(byte)
        }
    }

    /// By byte: whether it can stand in a value of logfmt without quotes.
    private static let isPlain: [Bool] = (0...255).map { byte in
        byte > 0x20 && byte != 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            && byte != UInt8(ascii: "=")
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
