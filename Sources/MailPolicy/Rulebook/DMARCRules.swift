/// What becomes of a message that its author's domain disowns (RFC 9989 section 5.3).
package struct DMARCRules: Sendable, Equatable {
    /// How far a domain's policy is followed. Each goes as far as those before it, and one step further.
    package enum Enforcement: String, Sendable, CaseIterable {
        /// The result is written into the message and counted, and nothing else.
        case off
        /// It is marked in its header, and written down.
        case tag
        /// Put on hold where the domain asks for quarantine or rejection.
        case quarantine
        /// Refused where the domain asks for rejection.
        case reject
    }

    package var enforcement: Enforcement
    /// What becomes of a message whose From names nobody that could be asked: as if a domain had asked for rejection.
    package var unknownAuthors: Enforcement
    /// Domains, in lower case, that pass on mail of others and seal what they found of it (RFC 8617): where all who sealed
    /// a message are among them, what the first of them found counts.
    package var trustedSealers: [String]

    package init(
        enforcement: Enforcement = .tag, unknownAuthors: Enforcement = .tag, trustedSealers: [String] = []
    ) {
        self.enforcement = enforcement
        self.unknownAuthors = unknownAuthors
        self.trustedSealers = trustedSealers
    }
}
