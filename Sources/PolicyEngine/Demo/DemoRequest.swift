import MailPolicy
import PostfixProtocols

/// One request of the sample day.
package struct DemoRequest: Sendable {
    /// Wall time in the sample's own day.
    package var at: Milliseconds
    /// Requests of one connection come one after the other.
    package var connection: Int
    package var bytes: [UInt8]

    package init(at: Milliseconds, connection: Int, bytes: [UInt8]) {
        self.at = at
        self.connection = connection
        self.bytes = bytes
    }
}

/// A request of the sample with what the demo's own Postfix has to know of it.
struct ReadRequest: Sendable {
    let bytes: [UInt8]
    let parsed: PolicyRequest

    /// `nil` where it is none of Postfix's.
    init?(_ bytes: [UInt8]) {
        guard let parsed = try? PolicyRequest.parse(bytes.span) else { return nil }
        self.bytes = bytes
        self.parsed = parsed
    }

    func text(_ field: KeyPath<PolicyRequest, Range<Int>>) -> String {
        String(decoding: bytes[parsed[keyPath: field]], as: UTF8.self)
    }

    var gate: Gate? { Gate.allCases.first { $0.name == text(\.policyContext) } }

    /// Whether it is asked after the recipients.
    var isAfterRecipients: Bool { parsed.protocolState == .data || parsed.protocolState == .endOfMessage }

    /// The same with the recipients that Postfix accepted, as smtpd tells them: one by name, several by number.
    func with(recipients: [String]) -> ReadRequest? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).map { line in
            if line.starts(with: "recipient_count=".utf8) { return Array("recipient_count=\(recipients.count)".utf8) }
            if line.starts(with: "recipient=".utf8) {
                return Array("recipient=\(recipients.count == 1 ? recipients[0] : "")".utf8)
            }
            return Array(line)
        }
        return ReadRequest(Array(lines.joined(separator: "\n".utf8)) + Array("\n\n".utf8))
    }
}
