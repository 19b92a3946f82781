import PostfixProtocols

/// What becomes of a message.
package struct MilterVerdict: Sendable, Equatable {
    package enum Ending: Sendable, Equatable {
        /// Take it; no later milter is asked by Sendmail.
        case accept
        /// Let the mail server go on.
        case `continue`
        /// Refuse it with the mail server's own text, for good.
        case reject
        case refuse(SMTPRefusal)
        /// Refuse it with the mail server's own text, for now.
        case temporaryFailure
        /// Tell the client that it was taken, and throw it away.
        case discard
    }

    /// Done in this order. Values have the space that is to stand behind the colon, and folds as CR LF or LF.
    package enum HeaderChange: Sendable, Equatable {
        /// Behind all others.
        case add(name: [UInt8], value: [UInt8])
        /// 0 is the top.
        case insert(index: Int, name: [UInt8], value: [UInt8])
        /// The nth of that name as the message came, from the top; the first is 1.
        case change(nth: Int, name: [UInt8], value: [UInt8])
        case delete(nth: Int, name: [UInt8])
    }

    package var ending: Ending
    /// Why it is held; `nil` to let it go. Postfix shows 100 bytes of it.
    package var quarantine: String?
    package var changes: [HeaderChange]

    package init(_ ending: Ending = .continue, quarantine: String? = nil, changes: [HeaderChange] = []) {
        self.ending = ending
        self.quarantine = quarantine
        self.changes = changes
    }
}

extension MilterVerdict {
    /// Appends all packets. What was not agreed on is left out, but that a message which cannot be held is refused for
    /// now: it must not go on as if nothing were.
    func encode(under terms: MilterNegotiation, into bytes: inout [UInt8]) {
        guard keepsMessage else {
            finalReply.encode(into: &bytes)
            return
        }
        if quarantine != nil, !terms.actions.contains(.quarantine) {
            MilterReply.temporaryFailure.encode(into: &bytes)
            return
        }
        for change in changes where terms.actions.contains(change.action) {
            change.reply(withSpace: terms.steps.contains(.leadingSpace)).encode(into: &bytes)
        }
        if let quarantine { MilterReply.quarantine(reason: quarantine).encode(into: &bytes) }
        finalReply.encode(into: &bytes)
    }

    /// Whether there is a message afterwards to which changes can be made.
    private var keepsMessage: Bool { ending == .accept || ending == .continue }

    private var finalReply: MilterReply {
        switch ending {
        case .accept: .accept
        case .continue: .continue
        case .reject: .reject
        case .refuse(let refusal): .refuse(refusal)
        case .temporaryFailure: .temporaryFailure
        case .discard: .discard
        }
    }
}

extension MilterVerdict.HeaderChange {
    var action: MilterActions {
        switch self {
        case .add, .insert: .addHeaders
        case .change, .delete: .changeHeaders
        }
    }

    func reply(withSpace: Bool) -> MilterReply {
        // The mail server puts a space there itself, where none is agreed on.
        func text(_ value: [UInt8]) -> [UInt8] {
            !withSpace && value.first == UInt8(ascii: " ") ? Array(value.dropFirst()) : value
        }
        switch self {
        case .add(let name, let value): return .addHeader(name: name, value: text(value))
        case .insert(let index, let name, let value):
            return .insertHeader(index: UInt32(clamping: index), name: name, value: text(value))
        case .change(let nth, let name, let value):
            return .changeHeader(index: UInt32(clamping: nth), name: name, value: text(value))
        case .delete(let nth, let name): return .changeHeader(index: UInt32(clamping: nth), name: name, value: [])
        }
    }
}
