import GRDB

extension PolicyStore {
    /// Hands out the owner of every queue ID that is kept.
    package func loadQueueOwners(_ each: (QueueOwner) -> Void) throws(PolicyStoreError) {
        try read("load the owners of queued messages") { database in
            try database.forEachRow("SELECT queue_id, account, at FROM queue_owner") { row in
                each(QueueOwner(queueID: row.string(0), account: row.integer(1), at: row.integer(2)))
            }
        }
    }

    /// Postfix uses short queue IDs again, so a later owner takes the place of an earlier one.
    static func write(_ owners: [QueueOwner], in database: Database) throws {
        for owner in owners {
            try database.run(
                "INSERT OR REPLACE INTO queue_owner (queue_id, account, at) VALUES (?, ?, ?)",
                [owner.queueID, owner.account, owner.at])
        }
    }
}
