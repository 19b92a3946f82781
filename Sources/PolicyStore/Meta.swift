import GRDB

/// Single values by key.
enum Meta {
    static func value(_ key: String, in database: Database) throws -> String? {
        try String.fetchOne(
            database.cachedStatement(sql: "SELECT value FROM meta WHERE key = ?"), arguments: [key])
    }

    static func set(_ key: String, _ value: String, in database: Database) throws {
        try database.run(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [key, value])
    }
}

extension PolicyStore {
    /// A value that the engine keeps for itself; `nil` where it never set one.
    package func meta(_ key: String) throws(PolicyStoreError) -> String? {
        try read("read \(key)") { try Meta.value(key, in: $0) }
    }

    package func setMeta(_ key: String, to value: String) throws(PolicyStoreError) {
        try write("save \(key)") { try Meta.set(key, value, in: $0) }
    }
}
