/// The submission gate: what may leave, in the order in which it is asked.
extension Gatekeeper {
    mutating func decideSubmission(
        _ request: GateRequest, in text: Span<UInt8>, on connection: inout Connection, at now: Moment
    ) -> Verdict {
        guard request.state != .other else { return Verdict(.accepted, .notJudged) }
        let login = accounts.logins.hash(of: text.extracting(request.login))
        let source = IPAddress(parsing: text.extracting(request.clientAddress))
        accounts.logins.prefetchSlot(of: login)
        if let source { addresses.prefetchSlot(of: Network(source)) }
        let key = transactionKey(request, in: text)
        endTransaction(of: &connection, unless: key)

        // 1. SMTP AUTH only: an address is no identity here.
        guard !request.login.isEmpty else {
            return noteRefusal(Verdict(.refused, .unauthenticated), of: source, at: now)
        }
        let address = prefetch(login, source)
        guard let account = account(for: text.extracting(request.login), login, at: now) else {
            // Where such are taken, there only is no room for one more now.
            let outcome: Verdict.Outcome = rulebook.unknownAccounts == .new ? .deferred : .refused
            return noteRefusal(Verdict(outcome, .unknownAccount), of: source, at: now)
        }

        accounts.prefetchActivity(of: account)
        let recipient = text.extracting(request.recipient)
        var submission = Submission(
            request: request, account: account, source: source, key: key,
            asked: key == 0 ? 0 : identity(key, request, in: text),
            transaction: key == 0 ? nil : transactions.find(key), destination: destination(of: recipient))
        if key != 0, let answer = repeated(submission, at: now) {
            attach(submission.transaction, key, to: &connection)
            return answer
        }
        var verdict = judge(&submission, in: text, at: now)
        verdict.account = account
        accounts.prefetchNetworks(of: account)
        if let address { addresses.prefetchAccounts(address) }
        settle(&verdict, &submission, on: &connection, at: now)
        note(verdict, submission, recipient, startsMessage: key == 0 || key != connection.lastKey, at: now)
        connection.lastKey = key
        return verdict
    }

    /// Asks for the account that is probably the login's, and for the record of the source.
    /// - Returns: where the source's record probably is.
    private func prefetch(_ login: UInt64, _ source: IPAddress?) -> Int32? {
        if let account = accounts.logins.likely(login) {
            accounts.prefetch(account)
            meters.prefetch(account: account)
        }
        return source.flatMap { addresses.prefetchRecord(of: Network($0)) }
    }

    /// The account of a login; `nil` where the directory does not know it and the site refuses such.
    private mutating func account(for login: Span<UInt8>, _ hash: UInt64, at now: Moment) -> Int32? {
        if let known = accounts.find(login, hash: hash) {
            if accounts[known].inDirectory { return known }
            guard rulebook.unknownAccounts == .new else { return nil }
            return known
        }
        guard rulebook.unknownAccounts == .new, accounts.unknownCount < rulebook.unknownAccountsKept else { return nil }
        return accounts.add(login, Account(signedUp: now.wall, assignedPlan: signUpPlan, inDirectory: false))
    }

    /// The answer to what was asked before with the same instance, state and recipient.
    private func repeated(_ submission: Submission, at now: Moment) -> Verdict? {
        if submission.request.state == .recipient, let open = submission.transaction,
            transactions[open].hasRecipient(submission.asked)
        {
            var verdict = transactions[open].hold ?? Verdict(.accepted, .repeated)
            verdict.account = submission.account
            return verdict
        }
        return answers.find(submission.asked, at: now.steady)
    }

    // MARK: The rules

    private mutating func judge(_ submission: inout Submission, in text: Span<UInt8>, at now: Moment) -> Verdict {
        let account = submission.account
        // 2. Suspended.
        if accounts[account].suspension != 0 {
            var verdict = Verdict(accounts[account].suspensionHolds ? .held : .refused, .suspended)
            verdict.override = accounts[account].suspension
            verdict.freeAgain = overrides[verdict.override]?.expires
            return verdict
        }
        // 3. MAIL FROM belongs to the login.
        if let refusal = judgeSender(text.extracting(submission.request.sender), of: account, at: now) {
            return refusal
        }
        // Held as a whole already.
        if let open = submission.transaction, let hold = transactions[open].hold { return hold }
        // What the carrier takes in one message.
        if let refusal = judgeCarrier(submission) { return refusal }
        // 4. and 6. Every limit, and what is accepted for the carrier.
        return take(&submission, at: now)
    }

    private func judgeSender(_ sender: Span<UInt8>, of account: Int32, at now: Moment) -> Verdict? {
        if sender.isEmpty {
            let plan = Int(plan(of: account, at: now))
            return rulebook.plans[plan].allowsNullSender ? nil : Verdict(.refused, .nullSender)
        }
        return owns(sender, account) ? nil : Verdict(.refused, .senderOwnership)
    }

    /// Whether the account may use the address as MAIL FROM.
    package func owns(_ sender: Span<UInt8>, _ account: Int32) -> Bool {
        if isOwn(sender, account) { return true }
        guard let at = sender.at, let plain = withoutSubaddress(sender, at: at) else { return false }
        return isOwn(plain.address.span, account)
    }

    private func isOwn(_ sender: Span<UInt8>, _ account: Int32) -> Bool {
        if accounts.logins.isName(Int(account), sender) { return true }
        guard let at = sender.at else { return false }
        // A login without a domain stands for that local part at each of our domains.
        if accounts.logins.isName(Int(account), sender.extracting(0..<at)),
            domains.find(sender.extracting(at + 1..<sender.count))?.isOwn == true
        {
            return true
        }
        guard accounts.hasAddresses(account) else { return false }
        return accounts.addressBook.isListed(sender, for: account)
            || accounts.addressBook.isListed(sender.extracting(at..<sender.count), for: account)
    }

    private func judgeCarrier(_ submission: Submission) -> Verdict? {
        let request = submission.request
        if request.state == .endOfMessage, let open = submission.transaction {
            // What the client claimed was less.
            for share in transactions[open].carriers where isTooLarge(request.size, for: share.carrier) {
                return Verdict(.refused, .carrierSize, carrier: share.carrier)
            }
        }
        guard request.state == .recipient, let carrier = submission.carrier else { return nil }
        if isTooLarge(request.size, for: carrier) { return Verdict(.refused, .carrierSize, carrier: carrier) }
        if let open = submission.transaction, let most = rulebook.carriers[Int(carrier)].recipientsPerMessage,
            let share = transactions[open].share(of: carrier), share.recipients >= Int64(most)
        {
            return Verdict(.deferred, .carrierRecipients, carrier: carrier)
        }
        return nil
    }

    private func isTooLarge(_ size: Int64, for carrier: Int32) -> Bool {
        rulebook.carriers[Int(carrier)].messageBytes.map { size > Int64($0) } ?? false
    }

    // MARK: Taking

    private mutating func take(_ submission: inout Submission, at now: Moment) -> Verdict {
        if let refusal = takeForCarriers(submission, at: now) { return refusal }
        let account = submission.account
        let taken = submission.transaction.map { transactions[$0].reserved } ?? .zero
        let claim = Claim(
            MeterKey(.account, account), submission.request.amount(beyond: taken), within: limits(of: account, at: now))
        let share = carrierClaim(submission)
        switch meters.take(claim, and: share, at: now, zone: rulebook.zone) {
        case .refused(let count):
            return over(count, submission, at: now)
        case .taken(let nearest):
            var verdict = Verdict(.accepted, .passed)
            verdict.limit = nearest
            if submission.key == 0 {
                keepWithoutTransaction(claim, share, submission.request, &verdict, at: now)
            } else {
                keep(claim, share, &submission, &verdict, at: now)
            }
            return verdict
        }
    }

    /// At END-OF-MESSAGE carriers are to take the bytes that the client did not claim.
    private mutating func takeForCarriers(_ submission: Submission, at now: Moment) -> Verdict? {
        guard submission.request.state == .endOfMessage, let open = submission.transaction,
            !transactions[open].countsAtOnce
        else { return nil }
        for index in transactions[open].carriers.indices {
            let share = transactions[open].carriers[index]
            let more = Amount(bytes: max(submission.request.size - share.reserved.bytes, 0))
            let claim = Claim(
                MeterKey(.carrier, share.carrier), more, within: carriers[Int(share.carrier)].acceptLimits)
            switch meters.take(claim, and: nil, at: now, zone: rulebook.zone) {
            case .refused(let count):
                var verdict = Verdict(.deferred, .carrierAccept, carrier: share.carrier)
                verdict.limit = count
                return verdict
            case .taken: transactions[open].carriers[index].reserved = share.reserved + more
            }
        }
        return nil
    }

    private func carrierClaim(_ submission: Submission) -> Claim? {
        guard submission.request.state == .recipient, let carrier = submission.carrier else { return nil }
        let isFirst = submission.transaction.map { transactions[$0].share(of: carrier) == nil } ?? true
        let amount = Amount(messages: isFirst ? 1 : 0, recipients: 1, bytes: isFirst ? submission.request.size : 0)
        // Also where there is no limit, so that one that is set later knows what was before it.
        return Claim(MeterKey(.carrier, carrier), amount, within: carriers[Int(carrier)].acceptLimits)
    }

    private mutating func keep(
        _ claim: Claim, _ share: Claim?, _ submission: inout Submission, _ verdict: inout Verdict, at now: Moment
    ) {
        let index =
            submission.transaction
            ?? openTransaction(
                submission.key, account: submission.account, countsAtOnce: rulebook.commitPoint == .recipient, at: now)
        submission.transaction = index
        transactions[index].reserved = transactions[index].reserved + claim.amount
        if transactions[index].countsAtOnce {
            count(claim, share, at: now)
            verdict.countsMessage = claim.amount.messages > 0
        }
        guard submission.request.state == .recipient else { return }
        transactions[index].addRecipient(submission.asked)
        if let carrier = submission.carrier {
            transactions[index].noteCarrier(carrier, share?.amount ?? .zero)
        }
    }

    /// Nothing tells when a request without an instance ends. So it is counted where the message is known to be
    /// complete or everything is counted at once, and elsewhere was only a look.
    private mutating func keepWithoutTransaction(
        _ claim: Claim, _ share: Claim?, _ request: GateRequest, _ verdict: inout Verdict, at now: Moment
    ) {
        if request.state == .endOfMessage || rulebook.commitPoint == .recipient && request.state == .recipient {
            count(claim, share, at: now)
            verdict.countsMessage = true
        } else {
            meters.giveBack(claim.amount, to: claim.key)
            if let share { meters.giveBack(share.amount, to: share.key) }
        }
    }

    private mutating func count(_ claim: Claim, _ share: Claim?, at now: Moment) {
        meters.commit(claim.amount, of: claim.key, at: now)
        if let share { meters.commit(share.amount, of: share.key, at: now) }
    }

    private mutating func over(_ count: LimitCount, _ submission: Submission, at now: Moment) -> Verdict {
        if case .carrier = count.limit.origin {
            var verdict = Verdict(.deferred, .carrierAccept, carrier: submission.carrier ?? -1)
            verdict.limit = count
            return verdict
        }
        let plan = Int(plan(of: submission.account, at: now))
        var verdict = Verdict(rulebook.plans[plan].whenOver == .hold ? .held : .deferred, .planLimit)
        verdict.limit = count
        if case .override(let id) = count.limit.origin { verdict.override = id }
        let day = CivilDate.dayNumber(local: now.wall + rulebook.zone.offset(at: now.wall))
        let days = accounts.withActivity(of: submission.account) { $0.noteOver(day: day) }
        verdict.pointsToBulkService = rulebook.bulkService != nil && days >= rulebook.overDaysForBulkService
        return verdict
    }

    // MARK: After the verdict

    /// Brings the transaction to where the verdict leaves it.
    private mutating func settle(
        _ verdict: inout Verdict, _ submission: inout Submission, on connection: inout Connection, at now: Moment
    ) {
        guard submission.key != 0 else { return }
        if submission.request.state == .endOfMessage {
            answers.remember(submission.asked, verdict, at: now.steady)
            finish(&verdict, submission, on: &connection, at: now)
            return
        }
        if submission.transaction == nil, verdict.outcome == .held {
            submission.transaction = openTransaction(
                submission.key, account: submission.account, countsAtOnce: rulebook.commitPoint == .recipient, at: now)
        }
        attach(submission.transaction, submission.key, to: &connection)
        if let open = submission.transaction {
            transactions[open].touched = now.steady
            if verdict.outcome == .held {
                transactions[open].hold = verdict
                if submission.request.state == .recipient { transactions[open].addRecipient(submission.asked) }
            }
        }
        if verdict.outcome == .refused || verdict.outcome == .deferred {
            answers.remember(submission.asked, verdict, at: now.steady)
        }
    }

    /// END-OF-MESSAGE: what passes is counted as it was, what does not is given back.
    private mutating func finish(
        _ verdict: inout Verdict, _ submission: Submission, on connection: inout Connection, at now: Moment
    ) {
        connection.transaction = -1
        connection.transactionKey = 0
        guard let open = submission.transaction else { return }
        guard verdict.outcome == .accepted else {
            release(open)
            return
        }
        if !transactions[open].countsAtOnce {
            let taken = transactions[open].reserved
            let meter = MeterKey(.account, transactions[open].account)
            let total = submission.request.total(taken: taken)
            meters.giveBack((taken - total).increase, to: meter)
            meters.commit(total, of: meter, at: now)
            for share in transactions[open].carriers {
                let meter = MeterKey(.carrier, share.carrier)
                let total = Amount(
                    messages: share.reserved.messages, recipients: share.reserved.recipients,
                    bytes: min(share.reserved.bytes, submission.request.size))
                meters.giveBack((share.reserved - total).increase, to: meter)
                meters.commit(total, of: meter, at: now)
            }
            verdict.countsMessage = true
        }
        transactions.close(open)
    }

    /// Learns from the request what accounts and sources are judged by later.
    private mutating func note(
        _ verdict: Verdict, _ submission: Submission, _ recipient: Span<UInt8>, startsMessage: Bool, at now: Moment
    ) {
        let passes = verdict.outcome == .accepted
        let asksRecipient = submission.request.state == .recipient
        // What is put off is asked again and again.
        let unknown =
            asksRecipient && verdict.outcome != .deferred
            && isUnknownRecipient(recipient, at: submission.destination)
        let steady = now.steady
        let network = asksRecipient || !passes ? submission.source?.countedNetwork : nil
        let (isMarked, news) = accounts.withActivity(of: submission.account) { activity in
            activity.lastSeen = steady
            if startsMessage { activity.tried.add(at: steady) }
            if asksRecipient { activity.asked.add(at: steady) }
            if !passes { activity.refused.add(at: steady) }
            if unknown { activity.unknownRecipients.add(at: steady) }
            if verdict.countsMessage { activity.noteMessages(at: steady) }
            if let network {
                activity.networks.note(network, refused: !passes, at: steady, bound: AccountActivity.networksKept)
            }
            return activity.mark(by: rulebook.signs, at: steady)
        }
        if let news { tell(news, of: submission.account, at: now) }
        if isMarked || verdict.rule == .suspended || verdict.rule == .senderOwnership {
            noteOffence(of: submission.account, at: now)
        }
        if let source = submission.source, network != nil {
            note(verdict, of: source, account: submission.account, unknown: unknown, at: now)
        }
    }
}
