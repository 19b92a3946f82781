/// The state that all three gates decide by, and the decisions.
///
/// It does no I/O and has no clock: whoever owns it hands in the time, and keeps what
/// ``MemoryMeters/drainJournal()`` and ``takeSigns()`` give. Its parts: the rulebook and the overrides on it; accounts and
/// sources; meters; transactions in progress; a pacer for each carrier.
package struct Gatekeeper: Sendable {
    package internal(set) var rulebook: Rulebook
    package internal(set) var accounts: AccountTable
    package internal(set) var addresses: SourceTable
    package internal(set) var networks: SourceTable
    package var meters = MemoryMeters()
    package internal(set) var overrides: [Int64: Override] = [:]
    /// By carrier, in the rulebook's order.
    package internal(set) var carriers: ContiguousArray<CarrierState> = []

    var domains: DomainTable
    /// Domains for which the directory knows recipients.
    var servedDomains: NameTable
    /// Whether logins without a domain stand for addresses at all of our domains.
    var servesOwnDomains = false
    var transactions = TransactionTable()
    var answers = AnswerTable()
    var networkRules = NetworkSet<NetworkRule>()
    /// By plan: its limits with the overrides on them.
    var planLimits: [[AppliedLimit]] = []
    /// By account, for those with limits of their own.
    var ownLimits: [Int32: [AppliedLimit]] = [:]
    var addressLimits: [AppliedLimit] = []
    var networkLimits: [AppliedLimit] = []
    /// Accounts that overrides changed.
    var overridden: [Int32] = []
    /// Those who waited for a carrier that the rulebook no longer has.
    var orphanedTickets: [UInt64] = []
    var signUpPlan: Int32 = 0
    /// By plan: where it promotes to.
    var promotions: [PlanStep?] = []
    /// Wall time at which the next override expires.
    var nextExpiry: Milliseconds = .max
    /// Overrides whose time was found to be over, until somebody is told.
    var expired: [Int64] = []
    var signs: [SignEvent] = []
    var offences: [(account: Int32, at: Milliseconds)] = []
    var waiting: [UInt64: WaitingRequest] = [:]
    var lastTicket: UInt64 = 0
    let seed: UInt64

    /// - Parameters:
    ///   - seed: random, so that nobody can choose names that collide.
    ///   - accounts: how many accounts to make room for.
    package init(rulebook: Rulebook, seed: UInt64, accounts: Int = 1024) {
        self.rulebook = rulebook
        self.seed = seed
        self.accounts = AccountTable(seed: seed, capacity: accounts)
        addresses = SourceTable(capacity: rulebook.sources.kept, seed: seed)
        networks = SourceTable(capacity: rulebook.sources.kept, seed: seed &+ 2)
        domains = DomainTable(ownDomains: rulebook.ownDomains, carriers: rulebook.carriers, seed: seed)
        servedDomains = NameTable(seed: seed)
        compile()
    }

    /// A ``Promotion`` with its plan looked up.
    struct PlanStep: Sendable {
        var plan: Int32
        var age: Milliseconds
        var clean: Milliseconds
    }

    /// A network that is passed or refused, and why.
    struct NetworkRule: Sendable {
        var blocks: Bool
        /// The override that says so, or 0 for the rulebook.
        var override: Int64
    }

    /// Decides about one request.
    /// - Parameters:
    ///   - text: the bytes that the request's ranges point into.
    ///   - connection: what this gate remembers of the connection; it is the caller's to keep.
    package mutating func decide(
        _ request: GateRequest, in text: Span<UInt8>, on connection: inout Connection, at now: Moment
    ) -> Decision {
        if now.wall >= nextExpiry { endExpiredOverrides(at: now) }
        switch request.gate {
        case .submission:
            return .answer(decideSubmission(request, in: text, on: &connection, at: now))
        case .mx:
            return .answer(decideMX(request, in: text, on: &connection, at: now))
        case .outbound:
            return decideOutbound(request, in: text, on: &connection, at: now)
        }
    }

    /// The connection is gone: its transaction is given back.
    package mutating func end(_ connection: inout Connection, at now: Moment) {
        if connection.ticket != 0 { leave(connection.ticket) }
        detach(&connection, isOver: false)
        connection = Connection()
    }

    /// Gives back what transactions hold that were not heard of for the rulebook's time. To be called now and then.
    package mutating func endIdleTransactions(at now: Moment) {
        for index in transactions.idle(since: now.steady - rulebook.reservationTimeout) { release(index) }
    }

    package var openTransactions: Int { transactions.count }

    // MARK: Directory

    /// Takes over accounts of the directory; those that it knew before and are not among them stay as they are.
    package mutating func update(_ entries: some Sequence<DirectoryAccount>) {
        for entry in entries {
            let account = accounts.update(entry, plan: entry.plan.flatMap { planIndex($0) } ?? signUpPlan)
            noteServedDomains(of: account, addresses: entry.addresses)
        }
    }

    /// The directory no longer has these logins.
    package mutating func leaveDirectory(_ logins: some Sequence<String>) {
        for login in logins {
            guard let account = accounts.find(login) else { continue }
            accounts.leaveDirectory(account, plan: signUpPlan)
        }
    }

    /// An account as the store kept it, for the time before the first request.
    /// - Parameters:
    ///   - plan: index of the plan that the directory gave it; `nil` for the sign-up plan.
    ///   - signedUp: wall time of its sign-up, or of when it was first seen.
    ///   - hasLeft: the directory had it once and has it no more.
    package mutating func restore(
        login: Span<UInt8>, plan: Int32?, signedUp: Milliseconds, inDirectory: Bool, hasLeft: Bool = false,
        lastOffence: Milliseconds?, addresses: [String], name: String?
    ) -> Int32 {
        var entry = Account(signedUp: signedUp, assignedPlan: plan ?? signUpPlan, inDirectory: inDirectory)
        entry.hasLeft = hasLeft
        entry.lastOffence = lastOffence ?? .min
        let account = accounts.add(login, entry)
        if inDirectory {
            accounts.describe(account, addresses: addresses, name: name)
            noteServedDomains(of: account, addresses: addresses)
        }
        return account
    }

    /// Counts what was counted before a restart; accounts learn again what is usual for them.
    /// - Parameter time: steady.
    package mutating func restore(_ amount: Amount, of key: MeterKey, at time: Milliseconds) {
        meters.restore(amount, of: key, at: time)
        guard key.kind == .account, amount.messages > 0 else { return }
        accounts.withActivity(of: key.index) { activity in
            activity.noteMessages(Int32(clamping: amount.messages), at: time)
            activity.lastSeen = max(activity.lastSeen, time)
        }
    }

    private mutating func noteServedDomains(of account: Int32, addresses: [String]) {
        var served = servedDomains
        swap(&served, &servedDomains)
        let hasDomain = accounts.logins.withBytes(of: Int(account)) { login in
            guard let at = login.at else { return false }
            _ = served.intern(login.extracting(at + 1..<login.count))
            return true
        }
        for address in addresses {
            guard let at = address.lastIndex(of: "@") else { continue }
            _ = served.intern(String(address[address.index(after: at)...]))
        }
        swap(&served, &servedDomains)
        if !hasDomain { servesOwnDomains = true }
    }

    // MARK: Transactions

    /// Identity of the transaction, or 0 where Postfix names none.
    func transactionKey(_ request: GateRequest, in text: Span<UInt8>) -> UInt64 {
        guard !request.instance.isEmpty else { return 0 }
        return NameTable.hash(text.extracting(request.instance), seed: seed &+ UInt64(request.gate.rawValue)) | 1
    }

    /// Identity of the question, by which a repeat is known: instance, state and recipient.
    func identity(_ key: UInt64, _ request: GateRequest, in text: Span<UInt8>) -> UInt64 {
        let recipient = NameTable.hash(text.extracting(request.recipient), seed: key)
        return (recipient &* 8 &+ UInt64(request.state.rawValue)) | 1 << 63
    }

    mutating func openTransaction(
        _ key: UInt64, account: Int32 = -1, countsAtOnce: Bool, at now: Moment
    ) -> Int32 {
        if transactions.isFull { release(transactions.leastLately()) }
        return transactions.open(
            Transaction(key: key, account: account, countsAtOnce: countsAtOnce, at: now.steady))
    }

    /// Makes an open transaction, if there is one, the connection's.
    mutating func attach(_ transaction: Int32?, _ key: UInt64, to connection: inout Connection) {
        guard let transaction else { return }
        let serial = transactions[transaction].serial
        if connection.transaction == transaction, connection.transactionSerial == serial { return }
        detach(&connection, isOver: true)
        transactions[transaction].connections += 1
        connection.transaction = transaction
        connection.transactionSerial = serial
        connection.transactionKey = key
    }

    /// A new instance on a connection means that the transaction before it has ended (SMTPD_POLICY_README).
    mutating func endTransaction(of connection: inout Connection, unless key: UInt64) {
        if connection.transactionKey != 0, connection.transactionKey != key { detach(&connection, isOver: true) }
    }

    /// Parts a connection from its transaction, which ends with its last connection.
    /// - Parameter isOver: whether the transaction is known to have ended. Where only the connection did, a transaction
    ///   that reserves nothing is kept until it times out, so that what is asked again is not counted again.
    private mutating func detach(_ connection: inout Connection, isOver: Bool) {
        let (index, serial) = (connection.transaction, connection.transactionSerial)
        connection.transaction = -1
        connection.transactionKey = 0
        guard transactions.isOpen(index, serial) else { return }
        transactions[index].connections -= 1
        guard transactions[index].connections <= 0, isOver || !transactions[index].countsAtOnce else { return }
        release(index)
    }

    /// Ends a transaction and gives back what it has reserved.
    mutating func release(_ index: Int32) {
        if !transactions[index].countsAtOnce {
            meters.giveBack(transactions[index].reserved, to: MeterKey(.account, transactions[index].account))
            for share in transactions[index].carriers {
                meters.giveBack(share.reserved, to: MeterKey(.carrier, share.carrier))
            }
        }
        transactions.close(index)
    }

    // MARK: Addresses

    /// What the rulebook says of an address's domain.
    func destination(of address: Span<UInt8>) -> DomainTable.Entry? {
        guard let at = address.at else { return nil }
        // Postfix takes a dot at the end of a domain as if it were not there.
        let hasDot = address[address.count - 1] == UInt8(ascii: ".")
        return domains.find(address.extracting(at + 1..<address.count - (hasDot ? 1 : 0)))
    }

    /// Whether the recipient is at a domain of ours whose addresses we know, and is none of them.
    func isUnknownRecipient(_ recipient: Span<UInt8>, at destination: DomainTable.Entry?) -> Bool {
        guard destination?.isOwn == true, let at = recipient.at else { return false }
        guard servesOwnDomains || servedDomains.find(recipient.extracting(at + 1..<recipient.count)) != nil else {
            return false
        }
        let local = recipient.extracting(0..<at)
        // RFC 5321 section 4.5.1: every domain has a postmaster.
        if Self.isPostmaster(local) || hasOwner(recipient, at: at) { return false }
        guard let plain = withoutSubaddress(recipient, at: at) else { return true }
        return !hasOwner(plain.address.span, at: plain.at)
    }

    /// `tanaka+news@isp.example` without `+news`, and where its `@` stands then; `nil` where it has no such part.
    func withoutSubaddress(_ address: Span<UInt8>, at: Int) -> (address: [UInt8], at: Int)? {
        guard let delimiter = rulebook.subaddressDelimiter?.asciiValue else { return nil }
        for index in 1..<max(at, 1) where address[index] == delimiter {
            var plain: [UInt8] = []
            plain.reserveCapacity(address.count)
            for kept in 0..<index { plain.append(address[kept]) }
            for kept in at..<address.count { plain.append(address[kept]) }
            return (plain, index)
        }
        return nil
    }

    private func hasOwner(_ address: Span<UInt8>, at: Int) -> Bool {
        accounts.find(address).map { accounts[$0].inDirectory } ?? false
            || accounts.addressBook.hasOwner(address)
            || accounts.addressBook.hasOwner(address.extracting(at..<address.count))
            || accounts.find(address.extracting(0..<at)).map { accounts[$0].inDirectory } ?? false
    }

    private static func isPostmaster(_ local: Span<UInt8>) -> Bool {
        let postmaster: StaticString = "postmaster"
        guard local.count == postmaster.utf8CodeUnitCount else { return false }
        return postmaster.withUTF8Buffer { local.equalsIgnoringCase($0.span) }
    }
}
