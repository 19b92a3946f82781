/// A named group of recipient domains and source networks with a rate of its own.
package struct Carrier: Sendable, Equatable {
    package var name: String
    /// Recipient domains, in lower case; a leading dot takes in all subdomains.
    package var domains: [String]
    /// Where its own mail comes from: whitelisted at the mx gate.
    package var networks: [Network]
    /// Recipients a second that the outbound gate lets through; 0 stops its mail.
    package var perSecond: Double
    /// The longest that an answer is held back for a free place; after it `450 4.7.1`.
    package var wait: Milliseconds
    /// Limits on what the submission gate accepts for this carrier from all accounts together.
    package var acceptLimits: [Limit]
    /// The most recipients of one message, and the largest message in bytes, that the carrier takes.
    package var recipientsPerMessage: Int?
    package var messageBytes: Int?

    package init(
        name: String, domains: [String], networks: [Network] = [], perSecond: Double, wait: Milliseconds = 30_000,
        acceptLimits: [Limit] = [], recipientsPerMessage: Int? = nil, messageBytes: Int? = nil
    ) {
        self.name = name
        self.domains = domains
        self.networks = networks
        self.perSecond = perSecond
        self.wait = wait
        self.acceptLimits = acceptLimits
        self.recipientsPerMessage = recipientsPerMessage
        self.messageBytes = messageBytes
    }
}
