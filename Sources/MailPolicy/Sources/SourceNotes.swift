/// What the gates write down of sources.
extension Gatekeeper {
    /// The place of a source, with a clean meter if it is new.
    mutating func place(_ network: Network, in kind: MeterKey.Kind, at now: Moment) -> Int32 {
        let (index, fresh) =
            kind == .address ? addresses.place(network, at: now.steady) : networks.place(network, at: now.steady)
        if fresh { meters.reset(MeterKey(kind, index)) }
        return index
    }

    /// Records what a source asked and how it went.
    mutating func note(
        _ verdict: Verdict, of source: IPAddress, account: Int32? = nil, unknown: Bool, at now: Moment
    ) {
        let address = place(Network(source), in: .address, at: now)
        addresses[address].note(verdict, account: account, unknown: unknown, at: now.steady)
        let network = place(source.countedNetwork, in: .network, at: now)
        networks[network].note(verdict, account: account, unknown: unknown, at: now.steady)
    }

    /// Records a message that its author's domain disowns. It was counted when its recipients were asked about.
    mutating func noteDisowned(_ verdict: Verdict, of source: IPAddress, at now: Moment) {
        let address = place(Network(source), in: .address, at: now)
        addresses[address].noteDisowned(verdict, at: now.steady)
        let network = place(source.countedNetwork, in: .network, at: now)
        networks[network].noteDisowned(verdict, at: now.steady)
    }

    /// Records a refusal that is nobody's but the source's.
    mutating func noteRefusal(_ verdict: Verdict, of source: IPAddress?, at now: Moment) -> Verdict {
        if let source { note(verdict, of: source, unknown: false, at: now) }
        return verdict
    }
}

extension SourceRecord {
    fileprivate mutating func note(_ verdict: Verdict, account: Int32?, unknown: Bool, at time: Milliseconds) {
        let passes = verdict.outcome == .accepted
        lastSeen = time
        if passes { messages.add(at: time) } else { refused.add(at: time) }
        if unknown { note(.unknownRecipient, at: time) }
        if let offence = Offence(verdict.rule) { note(offence, at: time) }
        if let account { accounts.note(account, refused: !passes, at: time, bound: Self.accountsKept) }
    }
}

extension SourceRecord {
    fileprivate mutating func noteDisowned(_ verdict: Verdict, at time: Milliseconds) {
        lastSeen = time
        note(.failedDMARC, at: time)
        if verdict.outcome == .refused { refused.add(at: time) }
    }
}

extension SourceRecord.Offence {
    /// What a rule that refused says of the source.
    fileprivate init?(_ rule: Rule) {
        switch rule {
        case .unauthenticated, .unknownAccount: self = .unauthenticated
        case .suspended: self = .suspendedAccount
        case .senderOwnership: self = .forgedSender
        case .blocked: self = .blocked
        case .sourceLimit, .harvesting: self = .overLimit
        default: return nil
        }
    }
}
