/// The state of a chain, in the words of `cv=` (RFC 8617 section 4.4) and of Authentication-Results.
package enum ARCStatus: String, Hashable, Sendable {
    case none
    case pass
    case fail
}
