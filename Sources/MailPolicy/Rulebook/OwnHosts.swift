/// Our own hosts: what they hand over is ours, and needs neither SMTP AUTH nor proof of where it is from.
package struct OwnHosts: Sendable, Equatable {
    package var networks: [Network]

    package init(networks: [Network] = Self.loopback) {
        self.networks = networks
    }

    /// Where a second hop of Postfix, a content filter that hands mail back, and its own `sendmail` come from.
    package static let loopback = ["127.0.0.0/8", "::1/128"].compactMap { try? Network(parsing: $0) }

    package func contain(_ client: IPAddress) -> Bool { networks.contains { $0.contains(client) } }

    /// Whether the mail of a client is ours to sign. An outsider who writes our domain into From must not get our
    /// signature for it.
    package func areSigned(client: IPAddress?, isAuthenticated: Bool) -> Bool {
        isAuthenticated || client.map(contain) ?? false
    }
}
