/// What came of a DMARC check.
package struct DMARCOutcome: Sendable {
    /// By their names in RFC 8601 section 2.7.
    package enum Result: String, Sendable {
        case none, pass, fail, temperror, permerror
    }

    /// Which of the record's policies applies.
    package enum PolicyTag: String, Sendable {
        case p, sp, np
    }

    package struct AlignedIdentifier: Hashable, Sendable {
        package enum Mechanism: String, Sendable {
            case spf, dkim
        }

        package var mechanism: Mechanism
        package var domain: DomainName
    }

    package var result: Result
    package var reason: DMARCReason
    /// The From domain, in A-labels. Where From names several, the strictest of those that disown the message; nil if none
    /// does, or nobody can tell who is meant.
    package var author: DomainName?
    /// Of the From domain; nil where it did not matter or could not be found out.
    package var organizationalDomain: DomainName?
    package var record: DMARCRecord?
    /// The domain that publishes the record, without `_dmarc`.
    package var recordDomain: DomainName?
    /// What the record asks for with this message if it fails, after sp, np and t; ``DMARCRecord/Policy/none`` without a
    /// record.
    package var requestedPolicy = DMARCRecord.Policy.none
    package var policyTag: PolicyTag?
    /// What passed and is aligned: at least one if ``result`` is pass.
    package var aligned: [AlignedIdentifier] = []
    /// Each step; empty unless it was asked for.
    package var trace: [DMARCStep] = []

    /// From names nobody whose domain could be asked, or more than is looked at.
    package var isAuthorUnknown = false

    /// The author's domain, or one of them, does not answer for the message.
    package var isDisowned: Bool { result == .fail || result == .permerror && policyTag != nil }

    package init(_ result: Result, _ reason: DMARCReason, author: DomainName? = nil) {
        self.result = result
        self.reason = reason
        self.author = author
    }
}

/// Why the result is what it is.
package enum DMARCReason: Hashable, Sendable, CustomStringConvertible {
    /// No From field, or no domain in it.
    case noAuthor
    /// A From field of which nobody can tell whom a reader sees in it.
    case unreadableAuthor(MailboxError)
    case severalAuthors([DomainName])
    case severalFromFields(Int)
    /// A From domain that the DNS cannot hold.
    case unusableAuthor(DomainName)
    case noRecord
    /// A record without a usable policy, and without an address for reports that would make it p=none (RFC 9989 section
    /// 4.10.1).
    case unusableRecord(DMARCRecordProblem?)
    case lookupFailed(DomainName, ResolverFailure)
    /// What is aligned could not be checked now.
    case undecided(DMARCOutcome.AlignedIdentifier)
    case aligned
    /// Something passed, for domains that are not aligned.
    case notAligned
    case nothingPassed

    package var description: String {
        switch self {
        case .noAuthor: "no From domain"
        case .unreadableAuthor(let error): error.description(of: "From")
        case .severalAuthors(let domains):
            "several From domains: \(domains.prefix(4).map(\.text).joined(separator: ", "))"
        case .severalFromFields(let count): "\(count) From fields"
        case .unusableAuthor(let domain): "the From domain \(domain) cannot be in the DNS"
        case .noRecord: "no DMARC record"
        case .unusableRecord(let problem): "the DMARC record cannot be used" + (problem.map { ": \($0)" } ?? "")
        case .lookupFailed(let name, let failure): "look-up of \(name): \(failure)"
        case .undecided(let identifier):
            "\(identifier.mechanism.rawValue) for \(identifier.domain) could not be checked now"
        case .aligned: "aligned"
        case .notAligned: "nothing that passed is aligned"
        case .nothingPassed: "neither SPF nor DKIM passed"
        }
    }
}

/// One step of a check.
package enum DMARCStep: Hashable, Sendable, CustomStringConvertible {
    case asked(DomainName, Answer)
    case found(at: DomainName, DMARCRecord)
    /// All of them count for nothing (RFC 9989 section 4.10).
    case severalRecords(at: DomainName, Int)
    case organizationalDomain(of: DomainName, DomainName)
    case alignment(DMARCOutcome.AlignedIdentifier, DMARCRecord.Alignment, isAligned: Bool)
    /// More identifiers than are looked at.
    case identifiersLeftOut(Int)
    case authorExists(DomainName, Bool)
    case policy(DMARCOutcome.PolicyTag, published: DMARCRecord.Policy, requested: DMARCRecord.Policy)

    package var description: String {
        switch self {
        case .asked(let name, let answer):
            switch answer.outcome {
            case .records(let records): "\(name): \(records.count) record\(records.count == 1 ? "" : "s")"
            case .noData: "\(name): no such record"
            case .noSuchName: "\(name): no such name"
            case .failed(let failure): "\(name): \(failure)"
            }
        case .found(let name, let record):
            "record of \(name)"
                + (record.problems.isEmpty ? "" : ": " + record.problems.map(\.description).joined(separator: "; "))
        case .severalRecords(let name, let count): "\(name): \(count) records, so none counts"
        case .organizationalDomain(let name, let organization): "organizational domain of \(name): \(organization)"
        case .alignment(let identifier, let mode, let isAligned):
            "\(identifier.mechanism.rawValue) \(identifier.domain): \(isAligned ? "aligned" : "not aligned") (\(mode))"
        case .identifiersLeftOut(let count): "\(count) more identifiers are not looked at"
        case .authorExists(let name, let exists): "\(name) \(exists ? "exists" : "does not exist")"
        case .policy(let tag, let published, let requested):
            "policy \(tag.rawValue)=\(published.rawValue)"
                + (published == requested ? "" : ", under test: \(requested.rawValue)")
        }
    }
}
