/// The customers of the provider: the cast, and as many others as were asked for.
struct Population: Sendable {
    static let domains = ["isp.example", "shop.example", "aoba.example", "minato.example"]
    private static let domainWeights = [0.82, 0.1, 0.05, 0.03]

    let accounts: [SampleAccount]
    private let index: [String: Int]

    init(count: Int, seed: UInt64) {
        var builder = PopulationBuilder(seed: seed)
        for account in CastMember.accounts { builder.add(account) }
        while builder.accounts.count < count { builder.addNext() }
        accounts = builder.accounts
        index = Dictionary(
            uniqueKeysWithValues: CastMember.accounts.indices.map { (CastMember.accounts[$0].login, $0) })
    }

    /// One of the cast.
    func member(_ login: String) -> SampleAccount { accounts[index[login] ?? 0] }

    /// Those who are nobody in particular.
    var others: ArraySlice<SampleAccount> { accounts.dropFirst(CastMember.accounts.count) }

    static func domain(_ random: inout RandomStream) -> String { domains[random.pick(weights: domainWeights)] }
}

private struct PopulationBuilder {
    private(set) var accounts: [SampleAccount] = []
    private var used: Set<String> = []
    private var random: RandomStream

    init(seed: UInt64) { random = RandomStream(seed: seed, purpose: "accounts") }

    mutating func add(_ account: SampleAccount) {
        used.insert(account.login)
        used.formUnion(account.addresses)
        accounts.append(account)
    }

    mutating func addNext() {
        let domain = Population.domain(&random)
        let surname = random.pick(JapaneseNames.surnames)
        let isShop = domain == "shop.example"
        let trade = random.pick(JapaneseNames.trades)
        let given = random.pick(JapaneseNames.givenNames)
        // There is one 佐藤商店, and it is of the cast.
        if isShop && surname.latin == "satou" { return }
        let (plan, signedUp) = planAndSignUp(isShop: isShop)
        let login =
            isShop
            ? unused("\(surname.latin)-\(trade.latin)", domain)
            : unused(localPart(surname.latin, given.latin), domain)
        var account = SampleAccount(
            login: login, plan: plan, signedUp: signedUp,
            name: isShop ? surname.kanji + trade.kanji : "\(surname.kanji) \(given.kanji)",
            home: ClientHost(subscriber: accounts.count + 2000))
        if random.chance(0.15) { account.addresses = [unused(isShop ? "info" : given.latin, domain)] }
        used.formUnion(account.addresses)
        used.insert(login)
        accounts.append(account)
    }

    private mutating func localPart(_ surname: String, _ given: String) -> String {
        switch random.below(6) {
        case 0: surname
        case 1: "\(given.prefix(1)).\(surname)"
        case 2: "\(surname).\(given)"
        case 3: "\(given)-\(surname)"
        default: "\(surname)\(random.within(1...99))"
        }
    }

    /// The address, or with a number behind it the next that is free.
    private mutating func unused(_ localPart: String, _ domain: String) -> String {
        var address = "\(localPart)@\(domain)"
        while used.contains(address) { address = "\(localPart)\(random.within(2...9_999_999))@\(domain)" }
        return address
    }

    private mutating func planAndSignUp(isShop: Bool) -> (SampleAccount.Plan, String) {
        if random.chance(0.06) {
            return (.new, DayClock.dateText(daysBefore: random.within(1...29)))
        }
        // More of the last years than of the first ones.
        let age = 31 + Int(Double(17 * 365) * random.fraction() * random.fraction())
        return (isShop && random.chance(0.3) ? .bulk : .regular, DayClock.dateText(daysBefore: age))
    }
}
