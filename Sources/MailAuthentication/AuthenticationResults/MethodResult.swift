/// What one method found: one `resinfo` of an Authentication-Results field (RFC 8601 section 2.2).
package struct MethodResult: Hashable, Sendable {
    /// `ptype.property=value`.
    package struct Property: Hashable, Sendable {
        /// Where the value is from: `smtp`, `header`, `body` or `policy` (RFC 8601 section 2.3).
        package var type: String
        package var name: String
        /// As it is meant, without quotes.
        package var value: String

        package init(_ type: String, _ name: String, _ value: String) {
            self.type = type
            self.name = name
            self.value = value
        }
    }

    /// `spf`, `dkim`, `dmarc`, `sender-id`, `arc`, ...
    package var method: String
    /// Of the method; nil stands for 1.
    package var version: Int?
    /// `pass`, `fail`, ... (RFC 8601 section 2.7).
    package var result: String
    /// For people. Written in brackets after the result.
    package var comment: String?
    package var reason: String?
    package var properties: [Property]

    package init(
        method: String, result: String, reason: String? = nil, properties: [Property] = [], comment: String? = nil
    ) {
        self.method = method
        self.result = result
        self.reason = reason
        self.properties = properties
        self.comment = comment
    }

    /// `dmarc=fail (p=reject) reason="..." header.from=example.org policy.dmarc=reject`
    package init(_ outcome: DMARCOutcome) {
        self.init(method: "dmarc", result: outcome.result.rawValue)
        if outcome.result != .pass { reason = outcome.reason.description }
        if let author = outcome.author { properties.append(Property("header", "from", author.text)) }
        guard let record = outcome.record, let tag = outcome.policyTag else { return }
        var words = ["p=\(record.policy?.rawValue ?? "none")"]
        if tag != .p {
            words.append(
                "\(tag.rawValue)=\((tag == .sp ? record.subdomainPolicy : record.nonexistentPolicy)?.rawValue ?? "none")"
            )
        }
        if record.isTest { words.append("t=y") }
        if let domain = outcome.recordDomain, domain != outcome.author { words.append("of \(domain)") }
        comment = words.joined(separator: " ")
        properties.append(Property("policy", "dmarc", outcome.requestedPolicy.rawValue))
    }
}
