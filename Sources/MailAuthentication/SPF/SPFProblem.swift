/// Where in which record.
package struct SPFPlace: Hashable, Sendable {
    /// The name that the record was read at.
    package var record: DomainName
    /// The term as it is written, made visible.
    package var term: String
    /// Of the term's first byte in the record.
    package var offset: Int
}

/// What a check may do, over all records that it reads (RFC 7208 section 4.6.4).
package enum SPFLimit: Hashable, Sendable, CaseIterable {
    /// Terms that look something up: include, a, mx, ptr, exists, redirect, and the first `%{p}`.
    case terms
    /// Names of one `mx`. Of a `ptr` those after the tenth are left out instead.
    case names
    /// Look-ups that found nothing.
    case voids
    /// All look-ups together. The other limits keep below it; it holds whatever they let through.
    case questions

    package var count: Int {
        switch self {
        case .terms, .names: 10
        case .voids: 2
        case .questions: 128
        }
    }
}

/// Why a check came to no result of the domain's making.
package enum SPFProblem: Error, Hashable, Sendable {
    // temperror
    case lookUpFailed(Question, ResolverFailure)

    // permerror
    case severalRecords(DomainName, count: Int)
    case syntax(DomainName, SPFSyntaxError)
    /// The name that an `include` or a `redirect` leads to publishes no record (RFC 7208 sections 5.2 and 6.1).
    case noRecord(DomainName, for: SPFPlace)
    case overLimit(SPFLimit, at: SPFPlace)
    /// No address in the header could be taken for the responsible one (RFC 4407 section 2, step 6).
    case noResponsibleAddress(ResponsibleAddressProblem)

    // none, or with Sender ID also fail
    /// The identity has no domain, or one that the DNS cannot hold, or of a single label (RFC 7208 section 4.3).
    case noDomain(String)
    /// Only Sender ID tells this from ``noRecordPublished(_:)`` (RFC 4406 section 4.3).
    case noSuchDomain(DomainName)
    case noRecordPublished(DomainName)

    /// The result that it makes; a fail for a responsible domain that does not exist is the caller's to know.
    var result: SPFResult {
        switch self {
        case .lookUpFailed: .temperror
        case .severalRecords, .syntax, .noRecord, .overLimit, .noResponsibleAddress: .permerror
        case .noDomain, .noSuchDomain, .noRecordPublished: .none
        }
    }
}

extension SPFProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .lookUpFailed(let question, let failure): "\(question.text): \(failure)"
        case .severalRecords(let name, let count): "\(name.visible) publishes \(count) records where one is allowed"
        case .syntax(let name, let error): "the record of \(name.visible): \(error)"
        case .noRecord(let name, let place): "\(place): \(name.visible) publishes no record"
        case .overLimit(let limit, let place): "\(place): \(limit.text)"
        case .noResponsibleAddress(let problem): problem.description
        case .noDomain(""): "there is no domain that could be checked"
        case .noDomain(let text): "\"\(String(visibleASCII: text.utf8.prefix(260)))\" is no domain that can be checked"
        case .noSuchDomain(let name): "\(name.visible) does not exist"
        case .noRecordPublished(let name): "\(name.visible) publishes no record"
        }
    }
}

extension SPFPlace: CustomStringConvertible {
    package var description: String { "\"\(term)\" at byte \(offset) of the record of \(record.visible)" }
}

extension SPFLimit {
    var text: String {
        switch self {
        case .terms: "over the limit of \(count) terms that look something up"
        case .names: "over the limit of \(count) names for one mx"
        case .voids: "over the limit of \(count) look-ups that find nothing"
        case .questions: "over the limit of \(count) look-ups in all"
        }
    }
}

extension Question {
    /// `TXT example.org`.
    var text: String { "\(type.text) \(name.visible)" }
}

extension RecordType {
    var text: String {
        switch self {
        case .a: "A"
        case .ptr: "PTR"
        case .mx: "MX"
        case .txt: "TXT"
        case .aaaa: "AAAA"
        case .spf: "SPF"
        }
    }
}
