/// What is known of a domain's authentication.
package struct DomainRow: Codable, Sendable, Equatable, Identifiable {
    package var domain: String
    /// One of the site's own domains.
    package var own: Bool
    package var messagesLastHour: Int
    /// Share of passes by method (`spf`, `senderid`, `dkim`, `dmarc`, `arc`), 0 to 1; `nil` until something verifies.
    package var passRates: [String: Double]?
    package var id: String { domain }

    package init(domain: String, own: Bool, messagesLastHour: Int, passRates: [String: Double]?) {
        self.domain = domain
        self.own = own
        self.messagesLastHour = messagesLastHour
        self.passRates = passRates
    }
}
