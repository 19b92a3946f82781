/// What the accounts of the cast send.
struct SubmissionCast {
    private let population: Population
    private var random: RandomStream
    private(set) var transactions: [Transaction] = []

    init(population: Population, seed: UInt64) {
        self.population = population
        random = RandomStream(seed: seed, purpose: "submission cast")
        throwaway()
        stolen()
        forger()
        shop()
        busy()
        newsletter()
        unauthenticated()
    }

    private mutating func send(
        _ login: String, at time: Int64, to recipients: [String], from client: ClientHost? = nil,
        sender: String? = nil, size: Int = 3000
    ) {
        let bytes = size + random.below(1 + size / 4)
        transactions.append(
            Transaction(
                gate: .submission, start: time, client: client ?? population.member(login).home, login: login,
                sender: sender ?? login, recipients: recipients, claimedSize: bytes, size: bytes + 420))
    }

    private mutating func telephones(_ count: Int) -> [String] {
        (0..<count).map { _ in Recipients.anyTelephone(&random) }
    }

    /// A trial at 11:20; then 40 messages a minute for 40 minutes.
    private mutating func throwaway() {
        send(CastMember.throwaway, at: DayClock.at(11, 20, 14), to: [CastMember.throwaway])
        for message in 0..<1600 {
            let network = message < CastMember.throwawayNetworks ? message : random.below(CastMember.throwawayNetworks)
            send(
                CastMember.throwaway, at: DayClock.at(13, 58) + Int64(message) * 1500 + Int64(random.below(900)),
                to: telephones(1),
                from: ClientHost(elsewhere: 300 + network, host: 20 + network, v6: network % 4 == 3), size: 1400)
        }
    }

    /// Her own mail in the morning; from 13:30 on three messages a minute from the world's proxies.
    private mutating func stolen() {
        send(CastMember.stolen, at: DayClock.at(9, 12, 3), to: [Recipients.somebody(&random)], size: 41_000)
        send(CastMember.stolen, at: DayClock.at(12, 40, 51), to: [Recipients.somebody(&random)])
        for message in 0..<540 {
            let network = message < CastMember.stolenNetworks ? message : random.below(CastMember.stolenNetworks)
            send(
                CastMember.stolen, at: DayClock.at(13, 30) + Int64(message) * 20_000 + Int64(random.below(15_000)),
                to: [Recipients.somebody(&random), Recipients.somebody(&random)],
                from: ClientHost(elsewhere: 400 + network, host: 77, v6: network % 5 == 4), size: 2600)
        }
    }

    private mutating func forger() {
        for (hour, minute) in [(8, 50), (10, 15), (13, 20), (16, 40)] {
            send(CastMember.forger, at: DayClock.at(hour, minute, 9), to: [Recipients.somebody(&random)])
        }
        var times = (18...40).map { DayClock.at(0, $0 * 30 + random.below(25), Double(random.below(60))) }
        times += [
            (13, 52, 10), (13, 57, 40), (14, 0, 20), (14, 1, 12), (14, 1, 44), (14, 2, 30), (14, 4, 5), (14, 7, 20),
            (14, 11, 0), (14, 16, 33),
        ].map { DayClock.at($0.0, $0.1, Double($0.2)) }
        for time in times {
            send(CastMember.forger, at: time, to: [Recipients.somebody(&random)], sender: CastMember.forged)
        }
    }

    /// Twenty recipients each time: slowly from nine, and from 14:01 on faster than its plan allows.
    private mutating func shop() {
        func news(_ time: Int64, _ count: Int) {
            send(
                CastMember.shop, at: time, to: telephones(count), sender: "tokubai@news.satou-shoten.example",
                size: 12_000)
        }
        for message in 0..<80 { news(DayClock.at(9, 0, 30) + Int64(message) * 180_000, 20) }
        for message in 0..<23 { news(DayClock.at(13, 2) + Int64(message) * 150_000, 20) }
        news(DayClock.at(13, 59, 40), CastMember.shopRecipientsInHour - 460)
        for message in 0..<40 { news(DayClock.at(14, 1, 10) + Int64(message) * 30_000, 20) }
    }

    /// A person with a large family of correspondents, always below the limit.
    private mutating func busy() {
        func letter(_ time: Int64, _ count: Int) {
            let recipients = (0..<count).map { _ in Recipients.person(at: Recipients.foreignDomain(&random), &random) }
            send(CastMember.busy, at: time, to: recipients)
        }
        for message in 0..<38 { letter(DayClock.at(13, 1, 20) + Int64(message) * 92_000, 10) }
        letter(DayClock.at(14, 0, 10), CastMember.busyRecipientsInHour - 380)
        for message in 0..<20 { letter(DayClock.at(14, 2, 5) + Int64(message) * 120_000, 5) }
    }

    /// One message a reader, twenty a minute.
    private mutating func newsletter() {
        for message in 0..<1000 {
            let recipient =
                random.chance(0.5)
                ? Recipients.telephone(Recipients.docomo, &random)
                : random.chance(0.4) ? Recipients.anyTelephone(&random) : Recipients.somebody(&random)
            send(
                CastMember.newsletter, at: DayClock.at(13, 40) + Int64(message) * 3000, to: [recipient],
                sender: "news@aoba-shobou.example", size: 24_000)
        }
    }

    /// Hosts that try to relay without a password: some all day, one of them every 20 seconds around 14:00.
    private mutating func unauthenticated() {
        let steady = (0..<75).map { DayClock.at(13, 55) + Int64($0) * 20_000 + Int64(random.below(4000)) }
        let scattered = (0..<120).map { _ in DayCurve.time(&random) }
        for (index, time) in (steady + scattered).enumerated() {
            var client = ClientHost(elsewhere: index < 75 ? 456 : 460 + random.below(40), host: 7)
            client.helo = "ylmf-pc"
            transactions.append(
                Transaction(
                    gate: .submission, start: time, client: client,
                    sender: Recipients.person(at: "isp.example", &random), recipients: [Recipients.somebody(&random)],
                    claimedSize: 0, size: 0))
        }
    }
}
