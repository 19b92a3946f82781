/// What is added to a domain's authentication figures in one minute.
package struct DomainMinute: Sendable, Equatable {
    package var domain: String
    /// Milliseconds since 1970; counted in the minute that contains it.
    package var at: Int64
    /// In the order of ``columns``.
    package var counts: [Int64]

    /// - Parameter counts: one for each of ``columns``.
    package init(domain: String, at: Int64, counts: [Int64]) {
        precondition(counts.count == Self.columns.count, "a count for each column")
        self.domain = domain
        self.at = at
        self.counts = counts
    }

    /// The methods, and what they find of a message, in the order of the columns.
    package static let methods = ["spf", "senderid", "dkim", "dmarc", "arc"]
    package static let findings = ["pass", "fail", "none", "temperror", "permerror"]

    /// Messages in all, those that failed and came from a source that was new then, and for each method what it found.
    package static let columns: [String] =
        ["messages", "new_failed"] + methods.flatMap { method in findings.map { "\(method)_\($0)" } }
}
