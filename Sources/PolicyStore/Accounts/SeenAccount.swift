/// An account that showed itself before any directory named it.
package struct SeenAccount: Sendable, Equatable {
    /// Stored in lower case (ASCII).
    package var login: String
    /// Milliseconds since 1970.
    package var firstSeen: Int64

    package init(login: String, firstSeen: Int64) {
        self.login = login
        self.firstSeen = firstSeen
    }
}

/// When an account last went against a rule; what its record is judged by.
package struct AccountOffence: Sendable, Equatable {
    package var account: Int64
    /// Milliseconds since 1970.
    package var at: Int64

    package init(account: Int64, at: Int64) {
        self.account = account
        self.at = at
    }
}

/// Logins are compared without regard to case; ASCII only, as SASL logins of another script are left as they are.
func foldedLogin(_ login: String) -> String {
    guard login.utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return login }
    return String(decoding: login.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
}
