/// The hosts of the cast that send to us.
struct MXCast {
    private let population: Population
    private var random: RandomStream
    private(set) var transactions: [Transaction] = []

    init(population: Population, seed: UInt64) {
        self.population = population
        random = RandomStream(seed: seed, purpose: "mx cast")
        harvester()
        fastNetwork()
    }

    /// Ten guesses a transaction, one every 1.5 seconds, from 13:50 to 14:40.
    private mutating func harvester() {
        let client = ClientHost(address: CastMember.harvester, name: "unknown", helo: "mail")
        let starts = [DayClock.at(3, 10)] + (0..<200).map { DayClock.at(13, 50) + Int64($0) * 15_000 }
        for start in starts {
            let guesses = (0..<10).map { _ in
                "\(random.pick(JapaneseNames.givenNames).latin)\(random.within(1960...2010))@isp.example"
            }
            transactions.append(
                Transaction(
                    gate: .mx, start: start, client: client, sender: "info@example.net", recipients: guesses,
                    claimedSize: 0, size: 0, pace: 1490, isRefusedByPostfix: true))
        }
    }

    /// Thirty hosts of one network, 90 messages a minute together, from 13:50 to 14:30.
    private mutating func fastNetwork() {
        for message in 0..<3600 {
            let host = 10 + random.below(30)
            let name = "out\(host).mailer.example.net"
            let size = 18_000 + random.below(9000)
            transactions.append(
                Transaction(
                    gate: .mx, start: DayClock.at(13, 50) + Int64(message) * 667 + Int64(random.below(500)),
                    client: ClientHost(address: CastMember.fastNetwork + "\(host)", name: name, helo: name),
                    sender: "bounce-\(random.within(10_000...99_999))@mailer.example.net",
                    recipients: [random.pick(population.accounts).login], claimedSize: size, size: size))
        }
    }
}
