/// All that the site has decided beforehand: the part of the configuration that the gates decide by.
package struct Rulebook: Sendable, Equatable {
    package enum UnknownAccounts: String, Sendable, CaseIterable {
        /// As a sign-up, from when it was first seen.
        case new
        case refuse
    }

    /// When a reservation becomes a count.
    package enum CommitPoint: String, Sendable, CaseIterable {
        /// When Postfix asks at END-OF-MESSAGE: what was aborted is given back.
        case endOfMessage = "end-of-message"
        /// At once, for sites that cannot ask at END-OF-MESSAGE: what was aborted stays counted.
        case recipient
    }

    package var zone: ZoneOffsets
    /// The site's own domains, in lower case.
    package var ownDomains: [String]
    package var plans: [Plan]
    /// The plan of accounts for which the directory names none.
    package var signUpPlan: String
    package var unknownAccounts: UnknownAccounts
    /// The most accounts outside the directory that are kept.
    package var unknownAccountsKept: Int
    package var carriers: [Carrier]
    package var signs: SignRules
    package var sources: SourceRules
    package var dmarc: DMARCRules
    package var ownHosts: OwnHosts
    package var commitPoint: CommitPoint
    /// After so long without a word a transaction is taken as ended and its reservation is given back.
    package var reservationTimeout: Milliseconds
    /// Whom a suspended sender may contact: an address, a telephone number, a URL.
    package var contact: String
    /// Where a sender who is over day after day is pointed to; `nil` for nowhere.
    package var bulkService: String?
    /// On how many of the last 7 days an account must have been over for that.
    package var overDaysForBulkService: Int
    /// What parts a local part from its extension in MAIL FROM (RFC 5233), as Postfix's `recipient_delimiter`.
    package var subaddressDelimiter: Character?

    package init(
        zone: ZoneOffsets = .utc, ownDomains: [String] = [], plans: [Plan], signUpPlan: String = "new",
        unknownAccounts: UnknownAccounts = .new, unknownAccountsKept: Int = 100_000, carriers: [Carrier] = [],
        signs: SignRules = SignRules(), sources: SourceRules = SourceRules(),
        dmarc: DMARCRules = DMARCRules(), ownHosts: OwnHosts = OwnHosts(),
        commitPoint: CommitPoint = .endOfMessage, reservationTimeout: Milliseconds = 600_000,
        contact: String = "postmaster",
        bulkService: String? = nil, overDaysForBulkService: Int = 3, subaddressDelimiter: Character? = nil
    ) {
        self.zone = zone
        self.ownDomains = ownDomains
        self.plans = plans
        self.signUpPlan = signUpPlan
        self.unknownAccounts = unknownAccounts
        self.unknownAccountsKept = unknownAccountsKept
        self.carriers = carriers
        self.signs = signs
        self.sources = sources
        self.dmarc = dmarc
        self.ownHosts = ownHosts
        self.commitPoint = commitPoint
        self.reservationTimeout = reservationTimeout
        self.contact = contact
        self.bulkService = bulkService
        self.overDaysForBulkService = overDaysForBulkService
        self.subaddressDelimiter = subaddressDelimiter
    }
}
