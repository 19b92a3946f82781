import GRDB

/// Replaces meters by what they are now.
struct MeterCheckpointWriter {
    /// The last row of the log that the checkpoints contain.
    let upto: Int64
    private let replaceAccount: PreparedStatement
    private let replaceNamed: PreparedStatement
    private var encoder = MeterEncoder()

    init(upto: Int64, database: Database) throws {
        self.upto = upto
        replaceAccount = try PreparedStatement(
            "INSERT OR REPLACE INTO account_meter (upto, entries, account) VALUES (?, ?, ?)", in: database)
        replaceNamed = try PreparedStatement(
            "INSERT OR REPLACE INTO named_meter (upto, entries, kind, name, newest) VALUES (?, ?, ?, ?, ?)",
            in: database)
    }

    mutating func write(_ checkpoint: MeterCheckpoint) throws {
        encoder.encode(checkpoint.entries)
        switch checkpoint.key {
        case .account(let account):
            try replaceAccount.bind(account, at: 3)
            try execute(replaceAccount)
        case .named(let kind, let name):
            try replaceNamed.bind(Int64(kind), at: 3)
            try replaceNamed.bind(name, at: 4)
            // One that is to be forgotten is older than everything.
            try replaceNamed.bind(checkpoint.entries.last?.at ?? .min, at: 5)
            try execute(replaceNamed)
        }
    }

    private func execute(_ statement: PreparedStatement) throws {
        try statement.bind(upto, at: 1)
        try statement.bind(encoder.bytes, at: 2)
        try statement.execute()
    }
}
