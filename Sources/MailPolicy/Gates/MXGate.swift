/// The mx gate: what may come in.
///
/// A source is judged by what it does, so its messages and recipients are counted when they are asked about, whether
/// or not the transaction comes to its end.
extension Gatekeeper {
    mutating func decideMX(
        _ request: GateRequest, in text: Span<UInt8>, on connection: inout Connection, at now: Moment
    ) -> Verdict {
        guard let source = IPAddress(parsing: text.extracting(request.clientAddress)) else {
            return Verdict(.accepted, .notJudged)
        }
        let key = transactionKey(request, in: text)
        endTransaction(of: &connection, unless: key)
        if let (_, rule) = networkRules.find(source) {
            let verdict = verdict(by: rule)
            if rule.blocks || request.state == .recipient { note(verdict, of: source, unknown: false, at: now) }
            return verdict
        }
        guard request.state == .recipient else { return Verdict(.accepted, .notJudged) }
        let asked = key == 0 ? 0 : identity(key, request, in: text)
        let open = key == 0 ? nil : transactions.find(key)
        if key != 0, let answer = repeatedMX(asked, open, at: now) {
            attach(open, key, to: &connection)
            return answer
        }
        let recipient = text.extracting(request.recipient)
        let unknown = isUnknownRecipient(recipient, at: destination(of: recipient))
        let verdict = judge(source, isFirst: open == nil, unknown: unknown, at: now)
        // What is put off is asked again: it must not put off itself.
        note(verdict, of: source, unknown: unknown && verdict.outcome != .deferred, at: now)
        guard key != 0 else { return verdict }
        if verdict.outcome == .accepted {
            let open = open ?? openTransaction(key, countsAtOnce: true, at: now)
            transactions[open].addRecipient(asked)
            transactions[open].touched = now.steady
            attach(open, key, to: &connection)
        } else {
            answers.remember(asked, verdict, at: now.steady)
        }
        return verdict
    }

    private func verdict(by rule: NetworkRule) -> Verdict {
        var verdict = Verdict(rule.blocks ? .refused : .accepted, rule.blocks ? .blocked : .whitelisted)
        verdict.override = rule.override
        if rule.blocks { verdict.freeAgain = overrides[rule.override]?.expires }
        return verdict
    }

    private func repeatedMX(_ asked: UInt64, _ open: Int32?, at now: Moment) -> Verdict? {
        if let open, transactions[open].hasRecipient(asked) { return Verdict(.accepted, .repeated) }
        return answers.find(asked, at: now.steady)
    }

    private mutating func judge(_ source: IPAddress, isFirst: Bool, unknown: Bool, at now: Moment) -> Verdict {
        let rules = rulebook.sources
        if let most = rules.harvestingAfter, unknownRecipients(of: source, at: now) >= most {
            return Verdict(.deferred, .harvesting)
        }
        if unknown, rules.unknownRecipients == .refuse { return Verdict(.refused, .unknownRecipient) }
        guard !addressLimits.isEmpty || !networkLimits.isEmpty else { return Verdict(.accepted, .passed) }
        let amount = Amount(messages: isFirst ? 1 : 0, recipients: 1)
        let address = place(Network(source), in: .address, at: now)
        let network = place(source.countedNetwork, in: .network, at: now)
        let first = Claim(MeterKey(.address, address), amount, within: addressLimits)
        let second = Claim(MeterKey(.network, network), amount, within: networkLimits)
        switch meters.take(first, and: second, at: now, zone: rulebook.zone) {
        case .taken(let nearest):
            meters.commit(amount, of: first.key, at: now)
            meters.commit(amount, of: second.key, at: now)
            var verdict = Verdict(.accepted, .passed)
            verdict.limit = nearest
            return verdict
        case .refused(let count):
            var verdict = Verdict(.deferred, .sourceLimit)
            verdict.limit = count
            return verdict
        }
    }
}

extension Gatekeeper {
    /// How many a host tried in the last hour. An IPv6 host has a whole /64 to take addresses from (RFC 7421 section 1);
    /// in an IPv4 /24 there are others, who did nothing.
    private func unknownRecipients(of source: IPAddress, at now: Moment) -> Int {
        source.isV4
            ? addresses.count(.unknownRecipient, of: Network(source), at: now.steady)
            : networks.count(.unknownRecipient, of: source.countedNetwork, at: now.steady)
    }

    /// Whether the mx gate blocks (`true`) or whitelists (`false`) all of a network; `nil` where no rule says.
    package func blocks(_ network: Network) -> Bool? {
        guard let (found, rule) = networkRules.find(network.base), found.contains(network) else { return nil }
        return rule.blocks
    }

    /// The networks that have a rule, with whether it blocks.
    package var ruledNetworks: [(network: Network, blocks: Bool)] {
        networkRules.networks.map { ($0.0, $0.1.blocks) }
    }
}
