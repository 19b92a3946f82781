/// What DMARC needs to know of a message.
package struct DMARCMessage: Sendable {
    /// The domains of all addresses in the From field, as they stand there, repeats included or not; of one that cannot be
    /// read, those that it names in whatever way.
    package var authors: [DomainName]
    /// Why a From field cannot be read.
    package var authorProblem: MailboxError?
    /// More than one is against RFC 5322 section 3.6, and which of them a reader sees is anyone's guess.
    package var fromFields: Int
    /// The domain that SPF looked at: of MAIL FROM, or of HELO where that was empty.
    package var spf: DMARCIdentifier?
    /// The `d=` of each signature.
    package var dkim: [DMARCIdentifier]

    package init(authors: [DomainName], spf: DMARCIdentifier?, dkim: [DMARCIdentifier], fromFields: Int = 1) {
        self.authors = authors
        self.fromFields = fromFields
        self.spf = spf
        self.dkim = dkim
    }
}

/// A domain that SPF or a DKIM signature speaks for, and whether it does so rightly.
package struct DMARCIdentifier: Hashable, Sendable {
    package enum Standing: Hashable, Sendable {
        case pass
        /// Any other result that will not be another one later.
        case fail
        /// It could not be found out now.
        case temperror
    }

    package var domain: DomainName
    package var standing: Standing

    package init(_ domain: DomainName, _ standing: Standing) {
        self.domain = domain
        self.standing = standing
    }
}
