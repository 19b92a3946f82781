/// What a check came to (RFC 7208 section 2.6), spelled as Authentication-Results has it (RFC 8601 section 2.7.2).
package enum SPFResult: String, Sendable, CaseIterable {
    /// No domain that could be checked, or no record.
    case none
    /// The domain says nothing of the client.
    case neutral
    case pass
    case fail
    case softfail
    /// A look-up failed; the same check may come to something else later.
    case temperror
    /// The domain's records cannot be read, or ask for more than a check may do.
    case permerror
}
