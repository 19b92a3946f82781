import GRDB

extension PolicyStore {
    /// Overrides that have neither ended nor expired at `now` (milliseconds since 1970), oldest first.
    package func overridesInForce(now: Int64) throws(PolicyStoreError) -> [StoredOverride] {
        try read("load the overrides") { database in
            var overrides: [StoredOverride] = []
            try database.forEachRow(
                """
                SELECT \(StoredOverride.columns) FROM override
                WHERE ended IS NULL AND (expires IS NULL OR expires > ?) ORDER BY id
                """, [now]
            ) { overrides.append(StoredOverride($0)) }
            return overrides
        }
    }

    /// Ends the overrides whose time is up, also those that ran out while no engine ran, and names them.
    /// They end at the time at which they expired. Writes nothing where there are none.
    package func expireOverrides(now: Int64) throws(PolicyStoreError) -> [Int64] {
        let operation = "end the overrides that expired"
        let expired = try read(operation) { database in
            try Int64.fetchAll(
                database.cachedStatement(
                    sql: "SELECT id FROM override WHERE ended IS NULL AND expires <= ? ORDER BY id"),
                arguments: [now])
        }
        guard !expired.isEmpty else { return [] }
        try write(operation) { database in
            for id in expired {
                try database.run("UPDATE override SET ended = expires WHERE id = ? AND ended IS NULL", [id])
            }
        }
        return expired
    }

    /// An override, in force or not.
    package func override(_ id: Int64) throws(PolicyStoreError) -> StoredOverride? {
        try read("look up override \(id)") { database in
            var found: StoredOverride?
            try database.forEachRow("SELECT \(StoredOverride.columns) FROM override WHERE id = ?", [id]) {
                found = StoredOverride($0)
            }
            return found
        }
    }
}
