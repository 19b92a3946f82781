import PostfixProtocols

/// What a mail server must not say at that point. The connection is lost then, since the two do not agree on where they
/// are.
enum MilterSessionError: Error, Equatable {
    case notNegotiated(MilterLetter)
    case negotiatedAlready
    case versionTooOld(UInt32)
    case actionsNotOffered(MilterActions)
    case outOfOrder(MilterLetter, after: MilterLetter)
    /// Before the answer to the end of the message.
    case unanswered(MilterLetter)
}

extension MilterSessionError: CustomStringConvertible {
    var description: String {
        switch self {
        case .notNegotiated(let command): "\(command.name) before OPTNEG"
        case .negotiatedAlready: "a second OPTNEG"
        case .versionTooOld(let version):
            "protocol version \(version), where \(MilterNeeds.oldestVersion) is the oldest that is spoken here"
        case .actionsNotOffered(let actions):
            "the mail server does not let a milter \(Self.names(actions)) (actions 0x"
                + String(actions.rawValue, radix: 16) + ")"
        case .outOfOrder(let command, let last): "\(command.name) after \(last.name)"
        case .unanswered(let command): "\(command.name) before the answer to the end of the message"
        }
    }

    private static func names(_ actions: MilterActions) -> String {
        let names: [(MilterActions, String)] = [
            (.addHeaders, "add headers"), (.changeHeaders, "change headers"), (.changeBody, "change the body"),
            (.addRecipients, "add recipients"), (.deleteRecipients, "delete recipients"),
            (.quarantine, "quarantine"), (.changeSender, "change the sender"),
        ]
        return names.filter { actions.contains($0.0) }.map(\.1).joined(separator: ", ")
    }
}
