/// The submission gate: what may leave, in the order in which it is asked.
extension Gatekeeper {
    mutating func decideSubmission(
        _ request: GateRequest, in text: Span<UInt8>, on connection: inout Connection, at now: Moment
    ) -> Verdict {
        guard request.state != .other else { return Verdict(.accepted, .notJudged) }
        let key = transactionKey(request, in: text)
        endTransaction(of: &connection, unless: key)
        let source = IPAddress(parsing: text.extracting(request.clientAddress))

        // 1. SMTP AUTH only: an address is no identity here.
        guard !request.login.isEmpty else {
            note(.unauthenticated, of: source, at: now)
            return Verdict(.refused, .unauthenticated)
        }
        guard let account = account(for: text.extracting(request.login), at: now) else {
            note(.unauthenticated, of: source, at: now)
            return Verdict(.refused, .unknownAccount)
        }

        let asked = key == 0 ? 0 : identity(key, request, in: text)
        if key != 0, let answer = repeated(asked, key, request, account, on: connection, at: now) {
            remember(asked, answer, on: &connection)
            return answer
        }
        var verdict = judge(request, in: text, of: account, transaction: key, asked: asked, from: source, at: now)
        verdict.account = account
        settle(&verdict, request, asked: asked, key: key, on: &connection, at: now)
        note(verdict, request, in: text, of: account, from: source, at: now)
        return verdict
    }

    /// The account of a login; `nil` where the directory does not know it and the site refuses such.
    private mutating func account(for login: Span<UInt8>, at now: Moment) -> Int32? {
        if let known = accounts.find(login) {
            return accounts[known].inDirectory || rulebook.unknownAccounts == .new ? known : nil
        }
        guard rulebook.unknownAccounts == .new, accounts.unknownCount < rulebook.unknownAccountsKept else { return nil }
        return accounts.add(login, Account(signedUp: now.wall, assignedPlan: signUpPlan, inDirectory: false))
    }

    /// The answer to what was asked before with the same instance, state and recipient.
    private func repeated(
        _ asked: UInt64, _ key: UInt64, _ request: GateRequest, _ account: Int32, on connection: Connection,
        at now: Moment
    ) -> Verdict? {
        if let index = transactions.find(key) {
            if transactions[index].lastRefused == asked, var refusal = transactions[index].lastRefusal {
                refusal.countsMessage = false
                return refusal
            }
            if request.state == .recipient, transactions[index].hasRecipient(asked) {
                var verdict = transactions[index].hold ?? Verdict(.accepted, .repeated)
                verdict.account = account
                return verdict
            }
            return nil
        }
        let last = connection.lastAsked == asked ? connection.lastVerdict : nil
        guard var verdict = last ?? transactions.remembered(asked, at: now.steady) else { return nil }
        // What was accepted at RCPT was given back when its connection ended, so it has to be taken again.
        if request.state != .endOfMessage, verdict.outcome == .accepted || verdict.outcome == .held { return nil }
        verdict.countsMessage = false
        return verdict
    }

    func remember(_ asked: UInt64, _ verdict: Verdict, on connection: inout Connection) {
        connection.lastAsked = asked
        connection.lastVerdict = verdict
    }

    // MARK: The rules

    private mutating func judge(
        _ request: GateRequest, in text: Span<UInt8>, of account: Int32, transaction key: UInt64, asked: UInt64,
        from source: IPAddress?, at now: Moment
    ) -> Verdict {
        // 2. Suspended.
        if accounts[account].suspension != 0 {
            note(.suspendedAccount, of: source, at: now)
            var verdict = Verdict(accounts[account].suspensionHolds ? .held : .refused, .suspended)
            verdict.override = accounts[account].suspension
            verdict.freeAgain = overrides[verdict.override]?.expires
            return verdict
        }
        // 3. MAIL FROM belongs to the login.
        if let refusal = judgeSender(text.extracting(request.sender), of: account, from: source, at: now) {
            return refusal
        }
        // Held as a whole already.
        let open = key == 0 ? nil : transactions.find(key)
        if let open, let hold = transactions[open].hold { return hold }
        // What the carrier takes in one message.
        let carrier = carrier(of: text.extracting(request.recipient))
        if let carrier, let refusal = judgeCarrier(carrier, request, transaction: open) { return refusal }
        // 4. and 6. Every limit, and what is accepted for the carrier.
        return take(request, of: account, carrier: carrier, transaction: key, open: open, asked: asked, at: now)
    }

    private mutating func judgeSender(
        _ sender: Span<UInt8>, of account: Int32, from source: IPAddress?, at now: Moment
    ) -> Verdict? {
        if sender.isEmpty {
            let plan = rulebook.plans[Int(plan(of: account, at: now))]
            return plan.allowsNullSender ? nil : Verdict(.refused, .nullSender)
        }
        guard !owns(sender, account) else { return nil }
        note(.forgedSender, of: source, at: now)
        accounts[account].lastOffence = now.wall
        return Verdict(.refused, .senderOwnership)
    }

    /// Whether the account may use the address as MAIL FROM.
    package func owns(_ sender: Span<UInt8>, _ account: Int32) -> Bool {
        if isOwn(sender, account) { return true }
        guard let delimiter = rulebook.subaddressDelimiter?.asciiValue, let at = sender.at else { return false }
        for index in 1..<max(at, 1) where sender[index] == delimiter {
            var plain: [UInt8] = []
            plain.reserveCapacity(sender.count)
            for kept in 0..<index { plain.append(sender[kept]) }
            for kept in at..<sender.count { plain.append(sender[kept]) }
            return isOwn(plain.span, account)
        }
        return false
    }

    private func isOwn(_ sender: Span<UInt8>, _ account: Int32) -> Bool {
        if accounts.logins.withBytes(of: Int(account), { $0.equalsIgnoringCase(sender) }) { return true }
        guard let at = sender.at else { return false }
        // A login without a domain stands for that local part at each of our domains.
        let local = sender.extracting(0..<at)
        let domain = sender.extracting(at + 1..<sender.count)
        if accounts.logins.withBytes(of: Int(account), { $0.equalsIgnoringCase(local) }),
            domains.find(domain)?.isOwn == true
        {
            return true
        }
        return accounts.addressBook.isListed(sender, for: account)
            || accounts.addressBook.isListed(sender.extracting(at..<sender.count), for: account)
    }

    func carrier(of recipient: Span<UInt8>) -> Int32? {
        guard let carrier = domains.find(recipient.extracting(domain(of: recipient)))?.carrier, carrier >= 0 else {
            return nil
        }
        return carrier
    }

    private func judgeCarrier(_ carrier: Int32, _ request: GateRequest, transaction: Int32?) -> Verdict? {
        guard request.state == .recipient else { return nil }
        let rules = rulebook.carriers[Int(carrier)]
        if let most = rules.messageBytes, request.size > most {
            var verdict = Verdict(.refused, .carrierSize)
            verdict.carrier = carrier
            return verdict
        }
        if let most = rules.recipientsPerMessage, let transaction,
            let share = transactions[transaction].carriers.first(where: { $0.carrier == carrier }),
            share.recipients >= Int64(most)
        {
            var verdict = Verdict(.deferred, .carrierRecipients)
            verdict.carrier = carrier
            return verdict
        }
        return nil
    }

    // MARK: Taking

    private mutating func take(
        _ request: GateRequest, of account: Int32, carrier: Int32?, transaction key: UInt64, open: Int32?,
        asked: UInt64, at now: Moment
    ) -> Verdict {
        let taken = open.map { transactions[$0].reserved } ?? .zero
        let amount = Self.amount(request, taken: taken)
        let meter = MeterKey(.account, account)
        let claim = Claim(meter, amount, within: limits(of: account, at: now))
        let share = request.state == .recipient ? carrier.flatMap { carrierClaim($0, request, open: open) } : nil
        switch meters.take(claim, and: share, at: now, zone: rulebook.zone) {
        case .refused(let count):
            return over(count, account: account, carrier: carrier, at: now)
        case .taken(let nearest):
            var verdict = Verdict(.accepted, .passed)
            verdict.limit = nearest
            guard key != 0 else {
                // Nothing tells when this ends, so it was only a look.
                meters.giveBack(amount, to: meter)
                if let share { meters.giveBack(share.amount, to: share.key) }
                return verdict
            }
            let index = open ?? openTransaction(key, account: account, at: now)
            keep(amount, of: meter, share: share, carrier: carrier, in: index, request, asked: asked, at: now)
            return verdict
        }
    }

    /// What a request wants beyond what its transaction has taken.
    private static func amount(_ request: GateRequest, taken: Amount) -> Amount {
        switch request.state {
        case .mail, .other:
            Amount(messages: 1 - taken.messages, bytes: max(request.size - taken.bytes, 0))
        case .recipient:
            Amount(messages: 1 - taken.messages, recipients: 1, bytes: max(request.size - taken.bytes, 0))
        case .data:
            Amount(
                messages: 1 - taken.messages, recipients: max(request.recipientCount - taken.recipients, 0),
                bytes: max(request.size - taken.bytes, 0))
        case .endOfMessage:
            (Self.total(request, taken: taken) - taken).increase
        }
    }

    /// What the whole message takes, as it is known at END-OF-MESSAGE.
    private static func total(_ request: GateRequest, taken: Amount) -> Amount {
        let recipients = request.recipientCount > 0 ? request.recipientCount : max(taken.recipients, 1)
        return Amount(messages: 1, recipients: recipients, bytes: request.size)
    }

    private func carrierClaim(_ carrier: Int32, _ request: GateRequest, open: Int32?) -> Claim? {
        let limits = carriers[Int(carrier)].acceptLimits
        guard !limits.isEmpty else { return nil }
        let isFirst = open.map { index in !transactions[index].carriers.contains { $0.carrier == carrier } } ?? true
        let amount = Amount(messages: isFirst ? 1 : 0, recipients: 1, bytes: isFirst ? request.size : 0)
        return Claim(MeterKey(.carrier, carrier), amount, within: limits)
    }

    private mutating func openTransaction(_ key: UInt64, account: Int32, at now: Moment) -> Int32 {
        if transactions.count >= TransactionTable.mostOpen { endIdleTransactions(at: now.advanced(by: 540_000)) }
        let index = transactions.open(key, account: account, at: now.steady)
        transactions[index].countsAtOnce = rulebook.commitPoint == .recipient
        return index
    }

    private mutating func keep(
        _ amount: Amount, of meter: MeterKey, share: Claim?, carrier: Int32?, in index: Int32, _ request: GateRequest,
        asked: UInt64, at now: Moment
    ) {
        transactions[index].reserved = transactions[index].reserved + amount
        transactions[index].touched = now.steady
        let countsAtOnce = transactions[index].countsAtOnce
        if countsAtOnce { meters.commit(amount, of: meter, at: now) }
        guard request.state == .recipient else { return }
        transactions[index].addRecipient(asked)
        if let carrier {
            let taken = share?.amount ?? .zero
            if countsAtOnce, let share { meters.commit(share.amount, of: share.key, at: now) }
            transactions[index].noteCarrier(carrier, taken)
        }
    }

    private mutating func over(_ count: LimitCount, account: Int32, carrier: Int32?, at now: Moment) -> Verdict {
        if case .carrier = count.limit.origin {
            var verdict = Verdict(.deferred, .carrierAccept)
            verdict.limit = count
            verdict.carrier = carrier ?? -1
            return verdict
        }
        let plan = rulebook.plans[Int(plan(of: account, at: now))]
        var verdict = Verdict(plan.whenOver == .hold ? .held : .deferred, .planLimit)
        verdict.limit = count
        if case .override(let id) = count.limit.origin { verdict.override = id }
        let day = CivilDate.dayNumber(local: now.wall + rulebook.zone.offset(at: now.wall))
        let days = accounts.withActivity(of: account) { activity in
            activity.noteOver(day: day)
            return activity.daysOver(day: day)
        }
        verdict.pointsToBulkService = rulebook.bulkService != nil && days >= rulebook.overDaysForBulkService
        return verdict
    }

    // MARK: After the verdict

    /// Brings the transaction to where the verdict leaves it.
    private mutating func settle(
        _ verdict: inout Verdict, _ request: GateRequest, asked: UInt64, key: UInt64, on connection: inout Connection,
        at now: Moment
    ) {
        guard key != 0 else { return }
        remember(asked, verdict, on: &connection)
        var open = transactions.find(key)
        if open == nil, verdict.outcome == .held, request.state != .endOfMessage {
            open = openTransaction(key, account: verdict.account, at: now)
        }
        if let open {
            transactions[open].touched = now.steady
            switch verdict.outcome {
            case .accepted: break
            case .held:
                transactions[open].hold = verdict
                if request.state == .recipient, !transactions[open].hasRecipient(asked) {
                    transactions[open].addRecipient(asked)
                }
            case .refused, .deferred:
                transactions[open].lastRefused = asked
                transactions[open].lastRefusal = verdict
            }
        }
        connection.transaction = open ?? -1
        connection.transactionKey = open == nil ? 0 : key
        if request.state == .endOfMessage { finish(&verdict, request, open, asked: asked, on: &connection, at: now) }
    }

    /// END-OF-MESSAGE: what passes is counted as it was, what does not is given back.
    private mutating func finish(
        _ verdict: inout Verdict, _ request: GateRequest, _ open: Int32?, asked: UInt64,
        on connection: inout Connection, at now: Moment
    ) {
        connection.transaction = -1
        connection.transactionKey = 0
        transactions.remember(asked, verdict, at: now.steady)
        guard let open else { return }
        guard verdict.outcome == .accepted else {
            release(open)
            return
        }
        let transaction = transactions.close(open)
        verdict.countsMessage = true
        guard !transaction.countsAtOnce else { return }
        let meter = MeterKey(.account, transaction.account)
        let total = Self.total(request, taken: transaction.reserved)
        meters.giveBack((transaction.reserved - total).increase, to: meter)
        meters.commit(total, of: meter, at: now)
        for share in transaction.carriers where share.reserved != .zero {
            meters.commit(share.reserved, of: MeterKey(.carrier, share.carrier), at: now)
        }
    }

    /// Learns from the request what accounts and sources are judged by later.
    private mutating func note(
        _ verdict: Verdict, _ request: GateRequest, in text: Span<UInt8>, of account: Int32, from source: IPAddress?,
        at now: Moment
    ) {
        let passes = verdict.outcome == .accepted
        if verdict.rule == .suspended { accounts[account].lastOffence = now.wall }
        let asksRecipient = request.state == .recipient
        let unknown = asksRecipient && isUnknownRecipient(text.extracting(request.recipient))
        let steady = now.steady
        accounts.withActivity(of: account) { activity in
            activity.lastSeen = steady
            if asksRecipient { activity.asked.add(at: steady) }
            if !passes { activity.refused.add(at: steady) }
            if unknown { activity.unknownRecipients.add(at: steady) }
            if verdict.countsMessage { activity.noteMessage(at: steady) }
            if let source, asksRecipient || !passes {
                activity.networks.note(
                    source.countedNetwork, refused: !passes, at: steady, bound: AccountActivity.networksKept)
            }
        }
        if let source, asksRecipient || !passes {
            note(source, account: account, passes: passes, unknown: unknown, at: now)
        }
        lookForSigns(of: account, at: now)
    }
}

extension Transaction {
    mutating func noteCarrier(_ carrier: Int32, _ amount: Amount) {
        if let index = carriers.firstIndex(where: { $0.carrier == carrier }) {
            carriers[index].recipients += 1
            carriers[index].reserved = carriers[index].reserved + amount
        } else {
            carriers.append(CarrierShare(carrier: carrier, recipients: 1, reserved: amount))
        }
    }
}
