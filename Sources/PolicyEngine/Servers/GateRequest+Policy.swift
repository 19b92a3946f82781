import MailPolicy
import PostfixProtocols

/// A request that names no gate, or one that there is not.
struct UnknownGateError: Error, CustomStringConvertible {
    var context: String

    var description: String {
        let known = Gate.allCases.map(\.name).joined(separator: ", ")
        return context.isEmpty
            ? "a request has no policy_context and its listener is bound to no gate: set policy_context in Postfix's "
                + "check_policy_service, or gate in [[listen]], to one of \(known)"
            : "policy_context \"\(context)\" is no gate: it must be one of \(known)"
    }
}

extension GateRequest {
    /// - Throws: ``UnknownGateError``.
    init(_ parsed: PolicyRequest, in text: Span<UInt8>, boundTo bound: Gate?) throws(UnknownGateError) {
        let gate: Gate
        if let bound {
            gate = bound
        } else {
            gate = try Self.gate(text.extracting(parsed.policyContext))
        }
        self.init(
            gate: gate, state: State(parsed.protocolState), login: parsed.saslUsername, sender: parsed.sender,
            recipient: parsed.recipient, clientAddress: parsed.clientAddress, instance: parsed.instance,
            queueID: parsed.queueID, recipientCount: Int64(parsed.recipientCount), size: Int64(parsed.size))
    }

    private static func gate(_ context: Span<UInt8>) throws(UnknownGateError) -> Gate {
        // Their lengths differ, and so do their first bytes.
        switch context.count {
        case 10 where equals(context, "submission"): return .submission
        case 8 where equals(context, "outbound"): return .outbound
        case 2 where equals(context, "mx"): return .mx
        default:
            let name = context.withUnsafeBufferPointer { String(decoding: $0.prefix(40), as: UTF8.self) }
            throw UnknownGateError(context: name)
        }
    }

    private static func equals(_ bytes: Span<UInt8>, _ name: StaticString) -> Bool {
        name.withUTF8Buffer { name in
            for index in bytes.indices where bytes[index] != name[index] { return false }
            return true
        }
    }
}

extension GateRequest.State {
    init(_ state: PolicyRequest.ProtocolState) {
        self =
            switch state {
            case .mail: .mail
            case .rcpt: .recipient
            case .data: .data
            case .endOfMessage: .endOfMessage
            case .connect, .ehlo, .helo, .vrfy, .etrn, .unknown: .other
            }
    }
}
