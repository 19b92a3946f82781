/// Whose mail is signed in our domains' names.
package struct SigningRules: Sendable, Equatable {
    /// Clients whose mail is signed without SMTP AUTH: our own hosts.
    package var networks: [Network]

    package init(networks: [Network] = Self.loopback) {
        self.networks = networks
    }

    /// Where a second hop of Postfix, and its own `sendmail`, come from.
    package static let loopback = ["127.0.0.0/8", "::1/128"].compactMap { try? Network(parsing: $0) }

    /// Whether the mail of a client is ours to sign. An outsider who writes our domain into From must not get our
    /// signature for it.
    package func covers(client: IPAddress?, isAuthenticated: Bool) -> Bool {
        if isAuthenticated { return true }
        guard let client else { return false }
        return networks.contains { $0.contains(client) }
    }
}
