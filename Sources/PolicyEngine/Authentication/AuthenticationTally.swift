/// How many messages each method found to be what.
struct AuthenticationTally: Sendable {
    private static let findings = AuthenticationFinding.allCases.count
    private var counts: InlineArray<25, UInt32> = InlineArray(repeating: 0)
    private(set) var messages: UInt32 = 0

    subscript(method: AuthenticationMethod, finding: AuthenticationFinding) -> Int {
        get { Int(counts[method.index * Self.findings + finding.index]) }
        set { counts[method.index * Self.findings + finding.index] = UInt32(clamping: newValue) }
    }

    mutating func add(_ findings: MessageFindings) {
        messages += 1
        for (method, finding) in findings.findings { self[method, finding] += 1 }
    }

    mutating func add(_ other: AuthenticationTally) {
        messages += other.messages
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// All that is not 0.
    var found: [(AuthenticationMethod, AuthenticationFinding, Int)] {
        AuthenticationMethod.allCases.flatMap { method in
            AuthenticationFinding.allCases.compactMap { finding in
                self[method, finding] > 0 ? (method, finding, self[method, finding]) : nil
            }
        }
    }

    /// Takes over what a minute of the history had.
    mutating func add(_ count: Int, _ method: AuthenticationMethod, _ finding: AuthenticationFinding) {
        self[method, finding] += count
        // A message has one finding of each method that was asked, so that no method has more than there were messages.
        let asked = AuthenticationFinding.allCases.reduce(0) { $0 + self[method, $1] }
        messages = max(messages, UInt32(clamping: asked))
    }
}
