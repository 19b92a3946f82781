/// The day's transactions, placed on smtpd processes, and its steps in order of time.
struct Day {
    let placed: [PlacedTransaction]
    let queue: [QueuedMail]
    /// Each request: which transaction, which step.
    let steps: [(transaction: Int, step: Int)]

    init(population: Population, seed: UInt64, requests: Int) {
        let cast = SubmissionCast(population: population, seed: seed).transactions
        let ordinary = OrdinaryTraffic(population: population, seed: seed, requests: requests).transactions
        let forwarded = WaitingMail(seed: seed)
        var all = (cast + ordinary).filter { $0.gate == .submission }
        all.sort { $0.start < $1.start }
        let outbound = OutboundTraffic(after: all, seed: seed, waiting: forwarded.docomo).transactions
        let incoming = MXCast(population: population, seed: seed).transactions + ordinary.filter { $0.gate == .mx }
        placed = Self.place(all + outbound + incoming, seed: seed)
        queue = QueuePicture(of: placed, forwarded: forwarded, seed: seed).entries
        steps = Self.steps(of: placed)
    }

    private static func place(_ transactions: [Transaction], seed: UInt64) -> [PlacedTransaction] {
        var random = RandomStream(seed: seed, purpose: "smtpd")
        var pools = [Transaction.Gate: SmtpdPool]()
        var lastConnection = 0
        // Equal times keep the order in which they were made: enumerated, since sort need not be stable.
        let ordered = transactions.enumerated().sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }
        return ordered.map { _, transaction in
            pools[transaction.gate, default: SmtpdPool()]
                .place(transaction, lastConnection: &lastConnection, &random)
        }
    }

    private static func steps(of placed: [PlacedTransaction]) -> [(transaction: Int, step: Int)] {
        var steps: [(transaction: Int, step: Int, time: Int64)] = []
        let end = DayClock.midnight + DayClock.length
        for (index, placed) in placed.enumerated() {
            for step in 0..<placed.transaction.steps {
                let time = placed.transaction.time(ofStep: step)
                if time < end { steps.append((index, step, time)) }
            }
        }
        steps.sort { ($0.time, $0.transaction, $0.step) < ($1.time, $1.transaction, $1.step) }
        return steps.map { ($0.transaction, $0.step) }
    }
}
