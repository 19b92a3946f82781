/// A message from outside for whose author nobody answers: neither SPF nor DKIM passed for a domain that is aligned with
/// From, or From names no domain that could be asked.
package struct DisownedMessage: Sendable, Equatable {
    /// What the domain asks for (RFC 9989 section 4.7, `p`, `sp` and `np`; `t` is taken into account).
    package enum Request: String, Sendable, CaseIterable {
        case none, quarantine, reject
        /// There is none to ask.
        case unknown
    }

    package var source: IPAddress
    package var request: Request
    /// Who sealed it on its way, the first one first; empty where the chain is broken (RFC 8617).
    package var sealers: [String]
    /// The first of them found that it was its author's then.
    package var passedAtFirstSealer: Bool
    /// Their keys could not all be looked up now, so that anybody may have written the seals.
    package var areSealsUndecided: Bool

    package init(
        source: IPAddress, request: Request, sealers: [String] = [], passedAtFirstSealer: Bool = false,
        areSealsUndecided: Bool = false
    ) {
        self.source = source
        self.request = request
        self.sealers = sealers
        self.passedAtFirstSealer = passedAtFirstSealer
        self.areSealsUndecided = areSealsUndecided
    }
}

/// The mx gate's last word, when a message is there and its author's domain was asked.
extension Gatekeeper {
    /// What becomes of it; `nil` where the rulebook does not look at it.
    ///
    /// An accepted one whose rule ``Rule/marksMessage`` is to be marked.
    package mutating func judge(_ message: DisownedMessage, at now: Moment) -> Verdict? {
        let rules = rulebook.dmarc
        let (rule, enforcement): (Rule, DMARCRules.Enforcement) =
            message.request == .unknown ? (.unknownAuthor, rules.unknownAuthors) : (.dmarc, rules.enforcement)
        guard enforcement != .off else { return nil }
        if let (_, rule) = networkRules.find(message.source), !rule.blocks {
            var verdict = Verdict(.accepted, .whitelisted)
            verdict.override = rule.override
            return verdict
        }
        let verdict = Verdict(outcome(message.request, enforcement), rule)
        if message.passedAtFirstSealer, !message.sealers.isEmpty,
            message.sealers.allSatisfy(rules.trustedSealers.contains)
        {
            if !message.areSealsUndecided { return Verdict(.accepted, .trustedSealer) }
            // The DNS decides nothing by being silent: it comes again when the seals can be checked.
            if verdict.outcome != .accepted { return Verdict(.deferred, .trustedSealer) }
        }
        switch message.request {
        case .none, .unknown: break
        case .quarantine, .reject: noteDisowned(verdict, of: message.source, at: now)
        }
        return verdict
    }

    private func outcome(_ request: DisownedMessage.Request, _ enforcement: DMARCRules.Enforcement) -> Verdict.Outcome {
        switch (enforcement, request) {
        case (.off, _), (.tag, _), (_, .none): .accepted
        case (.quarantine, _), (.reject, .quarantine): .held
        case (.reject, .reject), (.reject, .unknown): .refused
        }
    }
}
