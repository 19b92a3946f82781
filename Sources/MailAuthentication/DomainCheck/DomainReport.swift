import MailPolicy

/// What a domain publishes for the authentication of its mail, and what is wrong with it.
package struct DomainReport: Sendable {
    package enum Area: String, Sendable, CaseIterable {
        case spf, dkim, dmarc, mx, dnssec
    }

    package enum Severity: String, Sendable, Comparable {
        /// Mail fails for it, or anybody may send in the domain's name.
        case error
        /// It will cost mail sooner or later, or protects less than it seems to.
        case warning
        case note

        private var rank: Int {
            switch self {
            case .error: 0
            case .warning: 1
            case .note: 2
            }
        }

        package static func < (one: Severity, other: Severity) -> Bool { one.rank < other.rank }
    }

    /// Something to know, and what can be done about it.
    package struct Finding: Hashable, Sendable {
        package var area: Area
        package var severity: Severity
        package var text: String
        package var remedy: String?
    }

    /// What SPF says of one address.
    package struct Coverage: Sendable {
        package var address: IPAddress
        package var result: SPFResult
        /// The term that decided; `nil` where none did.
        package var mechanism: String?
    }

    /// A key.
    package struct Key: Sendable {
        package var selector: DomainName
        /// `nil` where the record gives no key.
        package var type: DKIMKeyType?
        package var bits: Int?
        package var record: String
    }

    package var domain: DomainName
    /// The SPF record; `nil` if there is not exactly one.
    package var spfRecord: String?
    /// Terms of it, and of all that it includes, that look something up; `nil` where that cannot be told.
    package var spfLookups: Int?
    package var coverage: [Coverage] = []
    package var keys: [Key] = []
    package var dmarcRecord: String?
    /// The domain that publishes it: this one, or one above it.
    package var dmarcDomain: DomainName?
    /// What it asks to be done with mail in this domain's name that fails.
    package var dmarcPolicy: DMARCRecord.Policy?
    package var exchanges: [(preference: UInt16, name: DomainName)] = []
    /// Of what the DNS did not answer for: nothing that is not there may be taken for missing.
    package private(set) var unanswered: Set<Area> = []
    package private(set) var findings: [Finding] = []

    init(domain: DomainName) { self.domain = domain }

    mutating func add(_ severity: Severity, _ area: Area, _ text: String, remedy: String? = nil) {
        findings.append(Finding(area: area, severity: severity, text: text, remedy: remedy))
    }

    mutating func noteUnanswered(_ area: Area, _ question: Question, _ failure: ResolverFailure) {
        unanswered.insert(area)
        add(
            .error, area, "\(question.text): \(failure)",
            remedy: "Nothing can be said of this record; ask again, or another server with --resolver")
    }

    package var hasErrors: Bool { findings.contains { $0.severity == .error } }
}
