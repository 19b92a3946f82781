/// A DMARC policy record (RFC 9989 section 4.7); one of the old kind is read as well (RFC 7489 section 6.3).
///
/// What is wrong in a tag leaves its default and is told in ``problems``; only the version decides whether a text is a
/// record at all (RFC 9989 section 4.7).
package struct DMARCRecord: Hashable, Sendable {
    /// What the domain's owner asks for with mail that fails. Ordered by strictness.
    package enum Policy: String, Sendable, Comparable {
        case none
        case quarantine
        case reject

        package static func < (left: Policy, right: Policy) -> Bool { left.rank < right.rank }

        /// One step less strict, as a record under test asks for (RFC 9989 section 4.7, "t").
        package var lowered: Policy {
            switch self {
            case .none, .quarantine: .none
            case .reject: .quarantine
            }
        }

        private var rank: Int {
            switch self {
            case .none: 0
            case .quarantine: 1
            case .reject: 2
            }
        }
    }

    package enum Alignment: String, Sendable {
        case relaxed = "r"
        case strict = "s"
    }

    /// Whether the domain is a public suffix ("psd").
    package enum PublicSuffix: String, Sendable {
        case yes = "y"
        /// It is not, and it is the organizational domain of itself and what is below it.
        case no = "n"
        case unstated = "u"
    }

    /// When failure reports are wanted ("fo").
    package struct FailureOptions: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `0`: when no mechanism gave an aligned pass.
        package static let allFailed = FailureOptions(rawValue: 1)
        /// `1`: when any mechanism gave something else than an aligned pass.
        package static let anyFailed = FailureOptions(rawValue: 2)
        /// `d`: when a signature failed, aligned or not.
        package static let dkim = FailureOptions(rawValue: 4)
        /// `s`: when SPF failed, aligned or not.
        package static let spf = FailureOptions(rawValue: 8)
    }

    /// p; `none` where the tag is missing (RFC 9989 section 4.7), nil where it is wrong.
    package var policy: Policy? = Policy.none
    /// sp
    package var subdomainPolicy: Policy?
    /// np
    package var nonexistentPolicy: Policy?
    /// adkim
    package var dkimAlignment = Alignment.relaxed
    /// aspf
    package var spfAlignment = Alignment.relaxed
    /// psd
    package var publicSuffix = PublicSuffix.unstated
    /// t: the policy is on trial.
    package var isTest = false
    /// rua
    package var aggregateReports: [DMARCReportURI] = []
    /// ruf
    package var failureReports: [DMARCReportURI] = []
    /// fo
    package var failureOptions = FailureOptions.allFailed

    /// pct, of the old kind: 0 to 100. Read and not applied (RFC 9989 appendix A.6).
    package var percentage: Int?
    /// rf, of the old kind.
    package var failureFormats: [String] = []
    /// ri, of the old kind, in seconds.
    package var reportInterval: Int?

    /// In the order of the text, at most ``mostProblems``.
    package var problems: [DMARCRecordProblem] = []

    package static let mostProblems = 20

    package init() {}

    /// Whether p, or sp or np where there is one, cannot be used (RFC 9989 section 4.10.1).
    package var hasUnusablePolicy: Bool {
        policy == nil || problems.contains { ["p", "sp", "np"].contains($0.tag) && $0.kind.spoilsTheValue }
    }
}

/// One thing that is wrong in a DMARC record.
package struct DMARCRecordProblem: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// No `=`, or a name that is not of letters.
        case notATag
        case duplicate
        case missing
        case wrongValue(expected: String)
        case badURI(String)
        case tooManyURIs(limit: Int)
        /// Nothing between two semicolons.
        case empty

        var spoilsTheValue: Bool {
            if case .wrongValue = self { true } else { false }
        }
    }

    /// In bytes from the start of the record.
    package var offset: Int
    package var tag: String
    package var kind: Kind

    package var description: String {
        let place = "byte \(offset)" + (tag.isEmpty ? "" : ", \(tag)")
        return switch kind {
        case .notATag: "\(place): expected NAME=VALUE"
        case .duplicate: "\(place): a second time; the first counts"
        case .missing: "\(place): missing"
        case .wrongValue(let expected): "\(place): expected \(expected)"
        case .badURI(let problem): "\(place): \(problem)"
        case .tooManyURIs(let limit): "\(place): more than \(limit) URIs; the rest is not read"
        case .empty: "\(place): an empty tag"
        }
    }
}
