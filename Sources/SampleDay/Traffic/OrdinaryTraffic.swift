/// What happens on any day: customers write, and the world writes to them.
struct OrdinaryTraffic {
    private let others: [SampleAccount]
    private var random: RandomStream
    private(set) var transactions: [Transaction] = []

    /// Enough transactions for so many requests at the submission and mx gates.
    init(population: Population, seed: UInt64, requests: Int) {
        others = Array(population.others)
        random = RandomStream(seed: seed, purpose: "ordinary traffic")
        var made = 0
        while made < requests {
            let transaction = random.chance(0.45) ? submission() : random.chance(0.2) ? fromCarrier() : incoming()
            made += transaction.steps
            transactions.append(transaction)
        }
    }

    private mutating func submission() -> Transaction {
        // Some write much more than others.
        let place = random.fraction()
        let account = others[Int(place * place * Double(others.count))]
        let count = random.chance(0.8) ? 1 : random.chance(0.8) ? random.within(2...4) : random.within(5...12)
        let size = messageSize()
        let isElsewhere = random.chance(0.1)
        return Transaction(
            gate: .submission, start: DayCurve.time(&random),
            client: isElsewhere
                ? ClientHost(elsewhere: random.below(256), host: random.within(10...250)) : account.home,
            login: account.login,
            sender: random.chance(0.2) ? account.addresses.first ?? account.login : account.login,
            recipients: (0..<count).map { _ in Recipients.somebody(&random) },
            claimedSize: random.chance(0.95) ? size : 0, size: size + random.within(250...600),
            isAborted: random.chance(0.03))
    }

    private mutating func incoming() -> Transaction {
        let domain = Recipients.foreignDomain(&random)
        let number = random.below(250)
        let name = "mx\(number % 9 + 1).\(domain)"
        let size = messageSize()
        let isUnknown = random.chance(0.02)
        return Transaction(
            gate: .mx, start: DayCurve.time(&random),
            client: ClientHost(address: "198.18.\(number).25", name: name, helo: name),
            sender: random.chance(0.04) ? "" : Recipients.person(at: domain, &random),
            recipients: [isUnknown ? "nobody\(random.below(900))@isp.example" : random.pick(others).login],
            claimedSize: size, size: size, isRefusedByPostfix: isUnknown)
    }

    private mutating func fromCarrier() -> Transaction {
        let carrier = random.below(3)
        let domain = [Recipients.docomo, Recipients.au, Recipients.softbank][carrier]
        let host = [10, 74, 138][carrier] + random.below(20)
        let name = "out\(host).\(domain[0])"
        let size = random.within(600...9000)
        return Transaction(
            gate: .mx, start: DayCurve.time(&random),
            client: ClientHost(address: "192.0.2.\(host)", name: name, helo: name),
            sender: Recipients.telephone(domain, &random), recipients: [random.pick(others).login],
            claimedSize: size, size: size)
    }

    /// Mostly some kilobytes, now and then photographs.
    private mutating func messageSize() -> Int {
        random.chance(0.08) ? random.within(400_000...6_000_000) : random.within(900...40_000)
    }
}
