/// An account as the site's directory knows it.
package struct DirectoryAccount: Sendable, Equatable {
    /// The SASL login; compared without regard to case.
    package var login: String
    /// The plan that the directory gives it; `nil` for the sign-up plan.
    package var plan: String?
    /// Wall time of its sign-up.
    package var signedUp: Milliseconds
    /// What it may use as MAIL FROM beside its login, in lower case; `@example.org` is every address of the domain.
    package var addresses: [String]
    /// The holder's name, for people.
    package var name: String?

    package init(
        login: String, plan: String? = nil, signedUp: Milliseconds, addresses: [String] = [], name: String? = nil
    ) {
        self.login = login
        self.plan = plan
        self.signedUp = signedUp
        self.addresses = addresses
        self.name = name
    }
}
