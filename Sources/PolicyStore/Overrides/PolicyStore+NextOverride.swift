import GRDB

extension PolicyStore {
    /// The number that the next override gets: no number is used twice, also not one that was deleted.
    package func nextOverrideNumber() throws(PolicyStoreError) -> Int64 {
        try read("look up the next override's number") { database in
            (try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'override'") ?? 0) + 1
        }
    }
}
