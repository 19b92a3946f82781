import MailPolicy

/// What is checked (RFC 7208 sections 2.3 and 2.4).
package enum SPFIdentity: Hashable, Sendable {
    /// The reverse-path as it came, without angle brackets. The null one, which is empty, stands for
    /// postmaster at the HELO name.
    case mailFrom(String)
    /// The name of the client's HELO or EHLO.
    case helo
}

/// Who is connected.
package struct SPFClient: Hashable, Sendable {
    /// An IPv4-mapped IPv6 address is an IPv4 address (RFC 7208 section 5).
    package var address: IPAddress
    /// As it came: a name, a domain literal, or anything else.
    package var helo: String

    package init(address: IPAddress, helo: String) {
        self.address = address
        self.helo = helo
    }
}

/// Which of a message's addresses the result is about.
package enum CheckedIdentity: Hashable, Sendable {
    case mailFrom
    case helo
    /// The purported responsible address (RFC 4407), and the field that gave it; `nil` if the message has none.
    case responsible(ResponsibleField?)
}
