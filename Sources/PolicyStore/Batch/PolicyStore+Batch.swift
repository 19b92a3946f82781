import GRDB

extension PolicyStore {
    /// Writes a batch in one transaction, and says how long that took.
    ///
    /// - throws: nothing of the batch is written then: keep it, ``StoreBatch/append(_:)`` the next, and try again.
    @discardableResult
    package func write(_ batch: StoreBatch) throws(PolicyStoreError) -> Duration {
        let began = ContinuousClock.now
        try write("write the batch") { database in
            try Self.write(batch.increments, batch.checkpoints, at: batch.clock.wall, in: database)
            try Self.write(batch.offences, in: database)
            try Self.write(batch.verdicts, in: database)
            try Self.write(batch.queueOwners, in: database)
            try Self.write(batch.history, in: database)
            try Self.write(batch.domainMinutes, in: database)
            try Self.write(batch.domainSources, in: database)
            for (key, value) in batch.meta { try Meta.set(key, value, in: database) }
            try database.run(
                "INSERT OR REPLACE INTO clock (id, steady, wall) VALUES (1, ?, ?)",
                [batch.clock.steady, batch.clock.wall])
        }
        return ContinuousClock.now - began
    }

    /// The clocks as the last batch left them; `nil` before the first.
    package func clock() throws(PolicyStoreError) -> StoredClock? {
        try read("read the clock") { database in
            var clock: StoredClock?
            try database.forEachRow("SELECT steady, wall FROM clock") {
                clock = StoredClock(steady: $0.integer(0), wall: $0.integer(1))
            }
            return clock
        }
    }

    private static func write(_ offences: [AccountOffence], in database: Database) throws {
        for offence in offences {
            try database.run(
                "UPDATE account SET last_offence = max(coalesce(last_offence, ?1), ?1) WHERE id = ?2",
                [offence.at, offence.account])
        }
    }
}
