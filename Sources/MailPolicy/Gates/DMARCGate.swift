/// A message from outside whose author's domain does not answer for it: neither SPF nor DKIM passed for a domain that is
/// aligned with From.
package struct DisownedMessage: Sendable, Equatable {
    /// What the domain asks for (RFC 9989 section 4.7, `p`, `sp` and `np`; `t` is taken into account).
    package enum Request: String, Sendable, CaseIterable {
        case none, quarantine, reject
    }

    package var source: IPAddress
    package var request: Request
    /// Who sealed it on its way, the first one first; empty unless the whole chain is valid (RFC 8617).
    package var sealers: [String]
    /// The first of them found that it was its author's then.
    package var passedAtFirstSealer: Bool

    package init(
        source: IPAddress, request: Request, sealers: [String] = [], passedAtFirstSealer: Bool = false
    ) {
        self.source = source
        self.request = request
        self.sealers = sealers
        self.passedAtFirstSealer = passedAtFirstSealer
    }
}

/// The mx gate's last word, when a message is there and its author's domain was asked.
extension Gatekeeper {
    /// What becomes of it; `nil` where the rulebook does not look at it.
    ///
    /// An accepted one with ``Rule/dmarc`` is to be marked.
    package mutating func judge(_ message: DisownedMessage, at now: Moment) -> Verdict? {
        let rules = rulebook.dmarc
        guard rules.enforcement != .off else { return nil }
        if let (_, rule) = networkRules.find(message.source), !rule.blocks {
            var verdict = Verdict(.accepted, .whitelisted)
            verdict.override = rule.override
            return verdict
        }
        if message.passedAtFirstSealer, !message.sealers.isEmpty,
            message.sealers.allSatisfy(rules.trustedSealers.contains)
        {
            return Verdict(.accepted, .trustedSealer)
        }
        let verdict = Verdict(outcome(message.request, rules.enforcement), .dmarc)
        if message.request != .none { noteDisowned(verdict, of: message.source, at: now) }
        return verdict
    }

    private func outcome(_ request: DisownedMessage.Request, _ enforcement: DMARCRules.Enforcement) -> Verdict.Outcome {
        switch (enforcement, request) {
        case (.off, _), (.tag, _), (_, .none): .accepted
        case (.quarantine, _), (.reject, .quarantine): .held
        case (.reject, .reject): .refused
        }
    }
}
