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
            var verdict = Verdict(rule.blocks ? .refused : .accepted, rule.blocks ? .blocked : .whitelisted)
            verdict.override = rule.override
            verdict.freeAgain = rule.blocks ? overrides[rule.override]?.expires : nil
            if rule.blocks { note(.blocked, of: source, at: now) }
            if request.state == .recipient { note(source, account: nil, passes: !rule.blocks, unknown: false, at: now) }
            return verdict
        }
        guard request.state == .recipient else { return Verdict(.accepted, .notJudged) }
        let asked = key == 0 ? 0 : identity(key, request, in: text)
        if key != 0, let answer = repeatedMX(asked, key, on: connection, at: now) {
            remember(asked, answer, on: &connection)
            return answer
        }
        let unknown = isUnknownRecipient(text.extracting(request.recipient))
        let verdict = judge(source, key: key, unknown: unknown, at: now)
        note(source, account: nil, passes: verdict.outcome == .accepted, unknown: unknown, at: now)
        if key != 0 {
            remember(asked, verdict, on: &connection)
            if verdict.outcome == .accepted {
                let open = transactions.find(key) ?? transactions.open(key, account: -1, at: now.steady)
                transactions[open].countsAtOnce = true
                transactions[open].addRecipient(asked)
                transactions[open].touched = now.steady
                connection.transaction = open
                connection.transactionKey = key
            }
        }
        return verdict
    }

    private func repeatedMX(_ asked: UInt64, _ key: UInt64, on connection: Connection, at now: Moment) -> Verdict? {
        if let open = transactions.find(key), transactions[open].hasRecipient(asked) {
            return Verdict(.accepted, .repeated)
        }
        if connection.lastAsked == asked { return connection.lastVerdict }
        return transactions.remembered(asked, at: now.steady)
    }

    private mutating func judge(_ source: IPAddress, key: UInt64, unknown: Bool, at now: Moment) -> Verdict {
        let rules = rulebook.sources
        let address = place(Network(source), in: .address, at: now)
        let network = place(source.countedNetwork, in: .network, at: now)
        if let most = rules.harvestingAfter, addresses[address].count(.unknownRecipient, at: now.steady) >= most {
            return Verdict(.deferred, .harvesting)
        }
        if unknown, rules.unknownRecipients == .refuse { return Verdict(.refused, .unknownRecipient) }
        guard !rules.addressLimits.isEmpty || !rules.networkLimits.isEmpty else { return Verdict(.accepted, .passed) }
        let isFirst = key == 0 || transactions.find(key) == nil
        let amount = Amount(messages: isFirst ? 1 : 0, recipients: 1)
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
            note(.overLimit, of: source, at: now)
            var verdict = Verdict(.deferred, .sourceLimit)
            verdict.limit = count
            return verdict
        }
    }

    // MARK: Sources

    /// The place of a source, with a clean meter if it is new.
    private mutating func place(_ network: Network, in kind: MeterKey.Kind, at now: Moment) -> Int32 {
        let (index, fresh) =
            kind == .address ? addresses.place(network, at: now.steady) : networks.place(network, at: now.steady)
        if fresh { meters.reset(MeterKey(kind, index)) }
        return index
    }

    /// Records what a source asked and how it went.
    mutating func note(_ source: IPAddress, account: Int32?, passes: Bool, unknown: Bool, at now: Moment) {
        let address = place(Network(source), in: .address, at: now)
        addresses[address].record(account: account, passes: passes, unknown: unknown, at: now.steady)
        let network = place(source.countedNetwork, in: .network, at: now)
        networks[network].record(account: account, passes: passes, unknown: unknown, at: now.steady)
    }

    mutating func note(_ offence: SourceRecord.Offence, of source: IPAddress?, at now: Moment) {
        guard let source else { return }
        let address = place(Network(source), in: .address, at: now)
        addresses[address].note(offence, at: now.steady)
        let network = place(source.countedNetwork, in: .network, at: now)
        networks[network].note(offence, at: now.steady)
    }
}

extension SourceRecord {
    mutating func record(account: Int32?, passes: Bool, unknown: Bool, at time: Milliseconds) {
        lastSeen = time
        if passes { messages.add(at: time) } else { refused.add(at: time) }
        if unknown { note(.unknownRecipient, at: time) }
        if let account { accounts.note(account, refused: !passes, at: time, bound: Self.accountsKept) }
    }
}

extension Gatekeeper {
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
