/// The smtpd processes of one gate, each with its own connection to the policy server.
///
/// A process serves one transaction at a time. It closes its connection after 300 s of silence or 1,000 s in all
/// (`smtpd_policy_service_max_idle`, `_max_ttl`) and is replaced after 100 transactions (`max_use`).
struct SmtpdPool {
    private struct Process {
        var freeAt: Int64 = 0
        var connection = 0
        var connectedAt: Int64 = 0
        var processID = 0
        var served = 0
    }

    private var processes: [Process] = []

    /// - Parameter lastConnection: the highest number given out at any gate.
    mutating func place(
        _ transaction: Transaction, lastConnection: inout Int, _ random: inout RandomStream
    ) -> PlacedTransaction {
        let free = processes.firstIndex { $0.freeAt <= transaction.start }
        let index = free ?? processes.count
        if free == nil { processes.append(Process()) }
        var process = processes[index]
        if process.served % 100 == 0 {
            process = Process(processID: random.within(1000...4_194_000))
        }
        let isStale =
            transaction.start - process.freeAt > 300_000 || transaction.start - process.connectedAt > 1_000_000
        if process.connection == 0 || isStale {
            lastConnection += 1
            process.connection = lastConnection
            process.connectedAt = transaction.start
        }
        let placed = PlacedTransaction(
            transaction: transaction, connection: process.connection, processID: process.processID,
            sequence: process.served, clientPort: random.within(32_768...60_999), microsecond: random.below(1000),
            inode: random.within(262_144...3_000_000), encryption: Self.encryption(transaction, &random),
            saslMethod: ["PLAIN", "PLAIN", "PLAIN", "LOGIN", "CRAM-MD5"][
                Int(transaction.client.address.utf8.reduce(0) { $0 + UInt64($1) } % 5)])
        process.freeAt = transaction.end
        process.served += 1
        processes[index] = process
        return placed
    }

    private static func encryption(
        _ transaction: Transaction, _ random: inout RandomStream
    ) -> PlacedTransaction.Encryption {
        switch transaction.gate {
        case .outbound: .none
        case .submission: transaction.login.isEmpty || random.chance(0.15) ? .tls12 : .tls13
        case .mx: transaction.isRefusedByPostfix ? .none : random.chance(0.1) ? .none : .tls13
        }
    }
}
