import MailAuthentication

/// What one method found, for people and scripts.
struct MethodFinding: Encodable {
    var method: String
    var result: String
    var reason: String?
    /// What SPF's owner says to those who are refused.
    var explanation: String?
    var properties: [String: String]
    var steps: [String]

    init(_ result: MethodResult, steps: [String], spf: SPFOutcome? = nil) {
        method = result.method
        self.result = result.result
        reason = spf.map(\.problem) ?? result.reason
        explanation = spf?.explanation
        properties = Dictionary(
            result.properties.map { ("\($0.type).\($0.name)", $0.value) }, uniquingKeysWith: { first, _ in first })
        self.steps = steps
    }

    var text: String {
        let named = properties.sorted { $0.key < $1.key }.map { "\($0.key)=\(visible($0.value))" }
        var lines = [(["\(method): \(result)"] + named).joined(separator: "  ")]
        if let reason { lines.append("  because \(visible(reason))") }
        if let explanation { lines.append("  its owner says: \(visible(explanation))") }
        return (lines + steps.map { "    " + visible($0) }).joined(separator: "\n")
    }
}
