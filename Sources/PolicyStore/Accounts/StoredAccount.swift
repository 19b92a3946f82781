/// An account on its way out of the database. Text is UTF-8 in SQLite's own memory, valid only during the call that it
/// is handed to.
package struct StoredAccount: ~Copyable {
    let columns: StatementColumns

    static let query = """
        SELECT id, login, plan, signed_up, addresses, name, in_directory, first_seen, last_offence, gone_since
        FROM account ORDER BY id
        """

    /// The number of its row: small, dense, never used for another.
    package var id: Int64 { columns.integer(0) }
    package var login: UnsafeBufferPointer<UInt8> { columns.text(1) }
    package var plan: UnsafeBufferPointer<UInt8>? { columns.optionalText(2) }
    /// Milliseconds since 1970; `nil` for an account that no directory has named.
    package var signedUp: Int64? { columns.optionalInteger(3) }
    /// One a line, without a line feed after the last; empty for none.
    package var addresses: UnsafeBufferPointer<UInt8> { columns.text(4) }
    package var name: UnsafeBufferPointer<UInt8>? { columns.optionalText(5) }
    package var isInDirectory: Bool { columns.integer(6) != 0 }
    package var firstSeen: Int64? { columns.optionalInteger(7) }
    package var lastOffence: Int64? { columns.optionalInteger(8) }
    package var goneSince: Int64? { columns.optionalInteger(9) }
}
