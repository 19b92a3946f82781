import GRDB
import GRDBSQLite

/// A statement that runs many thousand times in one transaction, with its values bound without boxing: for imports,
/// checkpoints and look-ups by the batch. Everything else goes through GRDB's own arguments.
struct PreparedStatement {
    /// Not from GRDB's cache, which would not know of these bindings.
    private let statement: Statement
    private let database: Database
    private var raw: OpaquePointer { statement.sqliteStatement }

    /// Has SQLite copy what it is given before the call returns (sqlite.org/c3ref/c_static.html).
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    init(_ sql: String, in database: Database) throws {
        statement = try database.makeStatement(sql: sql)
        self.database = database
    }

    func bind(_ value: Int64?, at index: Int32) throws {
        guard let value else { return try check(sqlite3_bind_null(raw, index)) }
        try check(sqlite3_bind_int64(raw, index, value))
    }

    func bind(_ text: String?, at index: Int32) throws {
        guard var text else { return try check(sqlite3_bind_null(raw, index)) }
        try check(
            text.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) {
                    // The pointer of an empty string may be null, which SQLite would take for NULL.
                    $0.isEmpty
                        ? sqlite3_bind_text(raw, index, "", 0, Self.copied)
                        : sqlite3_bind_text(raw, index, $0.baseAddress, Int32($0.count), Self.copied)
                }
            })
    }

    func bind(_ bytes: [UInt8], at index: Int32) throws {
        try check(
            bytes.isEmpty
                ? sqlite3_bind_zeroblob(raw, index, 0)
                : bytes.withUnsafeBytes {
                    sqlite3_bind_blob(raw, index, $0.baseAddress, Int32($0.count), Self.copied)
                })
    }

    /// Runs it to its end and makes it ready for the next values.
    func execute() throws { _ = try firstRow { _ in } }

    /// What `body` makes of the first row; `nil` where there is none.
    func firstRow<T>(_ body: (StatementColumns) throws -> T) throws -> T? {
        let code = sqlite3_step(raw)
        defer { sqlite3_reset(raw) }
        switch code {
        case SQLITE_ROW: return try body(StatementColumns(statement: raw))
        case SQLITE_DONE: return nil
        default: throw failure(code)
        }
    }

    private func check(_ code: Int32) throws { if code != SQLITE_OK { throw failure(code) } }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage, sql: statement.sql)
    }
}
