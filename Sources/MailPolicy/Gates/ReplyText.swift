/// What Postfix is to tell the client: an SMTP reply with its enhanced status code (RFC 3463), whose class is that of
/// the reply code.
package struct SMTPReply: Sendable, Equatable {
    package var code: Int
    package var subject: Int
    package var detail: Int
    package var text: String

    package init(_ code: Int, subject: Int, detail: Int, text: String) {
        self.code = code
        self.subject = subject
        self.detail = detail
        self.text = text
    }

    /// `5.7.1`.
    package var status: String { "\(code / 100).\(subject).\(detail)" }
}

extension Gatekeeper {
    /// The reply of a verdict that refuses or defers, or the log text of one that holds; `nil` where it is accepted.
    package func reply(to verdict: Verdict, sender: String, recipient: String) -> SMTPReply? {
        guard verdict.outcome != .accepted else { return nil }
        let (code, subject, detail) = Self.codes(verdict)
        // A reply line has at most 512 octets (RFC 5321 section 4.5.3.1.5).
        let text = text(of: verdict, sender: Self.clipped(sender), recipient: Self.clipped(recipient))
        return SMTPReply(code, subject: subject, detail: detail, text: text)
    }

    private static func clipped(_ address: String) -> String {
        address.utf8.count <= 200 ? address : String(decoding: address.utf8.prefix(197), as: UTF8.self) + "..."
    }

    private static func codes(_ verdict: Verdict) -> (code: Int, subject: Int, detail: Int) {
        switch (verdict.outcome, verdict.rule) {
        case (.held, _), (.accepted, _): (250, 7, 1)
        case (.deferred, .carrierRecipients): (452, 5, 3)
        // Of a look-up that did not come to an end (RFC 3463 section 3.5).
        case (.deferred, .trustedSealer): (451, 4, 3)
        case (.deferred, _): (450, 7, 1)
        case (.refused, .unauthenticated): (554, 7, 0)
        case (.refused, .senderOwnership), (.refused, .nullSender): (553, 7, 1)
        case (.refused, .carrierSize): (552, 3, 4)
        case (.refused, .unknownRecipient): (550, 1, 1)
        // As RFC 7489 section 10.3 has it.
        case (.refused, .dmarc), (.refused, .unknownAuthor): (550, 7, 1)
        case (.refused, _): (554, 7, 1)
        }
    }

    private func text(of verdict: Verdict, sender: String, recipient: String) -> String {
        let login = verdict.account >= 0 ? Self.clipped(accounts.login(verdict.account)) : ""
        switch verdict.rule {
        case .unauthenticated:
            return "Authenticate first: mail is taken here only after SMTP AUTH"
        case .unknownAccount where verdict.outcome == .deferred:
            return "This login is not known here yet; try again later"
        case .unknownAccount:
            return "This login may not send mail here; contact \(rulebook.contact)"
        case .suspended:
            return "Sending is suspended for \(login); contact \(rulebook.contact)"
        case .senderOwnership:
            return "<\(sender)> is not an address of \(login)"
        case .nullSender:
            return "\(login) may not send with an empty return path"
        case .planLimit, .carrierAccept, .sourceLimit:
            return limitText(verdict, login: login)
        case .carrierPace:
            return "\(carrierName(verdict)) is being sent to as fast as it takes mail; try again"
                + (verdict.freeAgain.map { " after \(rulebook.zone.text(of: $0))" } ?? " later")
        case .carrierRecipients:
            return "\(carrierName(verdict)) takes no more recipients in one message; send to the others in the next"
        case .carrierSize:
            return "The message is larger than \(carrierName(verdict)) takes"
        case .blocked:
            return "Mail from your address is not accepted here; contact \(rulebook.contact)"
        case .harvesting:
            return "Too many unknown recipients from your address; try again later"
        case .unknownRecipient:
            return "<\(recipient)>: user unknown"
        case .dmarc:
            return "The domain in From does not answer for this message, and asks that such mail is "
                + (verdict.outcome == .held ? "held back (DMARC)" : "refused (DMARC)")
        case .unknownAuthor:
            return "The From field of this message names nobody whose domain could answer for it"
        case .trustedSealer:
            return "The key of who sealed this message cannot be looked up now; try again later"
        case .passed, .notJudged, .repeated, .whitelisted:
            return ""
        }
    }

    private func carrierName(_ verdict: Verdict) -> String {
        // What was answered before a new rulebook may name a carrier that is no more.
        rulebook.carriers.indices.contains(Int(verdict.carrier))
            ? rulebook.carriers[Int(verdict.carrier)].name : "The carrier"
    }

    private func limitText(_ verdict: Verdict, login: String) -> String {
        guard let count = verdict.limit else { return "Over a limit" }
        let limit = count.limit.limit
        let who =
            switch verdict.rule {
            case .sourceLimit: "Your address"
            case .carrierAccept: carrierName(verdict)
            default: login
            }
        var text = "\(who): \(count.count) of \(limit) taken"
        if let free = count.freeAgain {
            text += ", free again at \(rulebook.zone.text(of: free))"
        } else if count.count <= limit.quantity, limit.quantity > 0 {
            text += ", and this message would go over it"
        }
        if verdict.outcome == .held { return text + "; held for review" }
        if verdict.pointsToBulkService, let service = rulebook.bulkService { text += "; for bulk mail see \(service)" }
        return text
    }
}
