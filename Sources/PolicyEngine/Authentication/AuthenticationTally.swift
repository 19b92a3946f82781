import PolicyStore

/// How many messages each method found to be what.
struct AuthenticationTally: Sendable, Equatable {
    private static let findings = AuthenticationFinding.allCases.count
    private var counts: InlineArray<25, UInt32> = InlineArray(repeating: 0)
    private(set) var messages: UInt32 = 0
    /// Those that failed and came from a source that was new at that time.
    private(set) var newFailed: UInt32 = 0

    init() {}

    subscript(method: AuthenticationMethod, finding: AuthenticationFinding) -> Int {
        get { Int(counts[method.index * Self.findings + finding.index]) }
        set { counts[method.index * Self.findings + finding.index] = UInt32(clamping: newValue) }
    }

    /// - Parameter isNewFailing: Whether it failed and came from a source that is new.
    mutating func add(_ findings: MessageFindings, isNewFailing: Bool) {
        messages += 1
        if isNewFailing { newFailed += 1 }
        for (method, finding) in findings.findings { self[method, finding] += 1 }
    }

    mutating func add(_ other: AuthenticationTally) {
        messages += other.messages
        newFailed += other.newFailed
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    static func == (one: Self, other: Self) -> Bool { one.columns == other.columns }

    // MARK: In the store

    /// In the order of ``DomainMinute/columns``.
    var columns: [Int64] {
        [Int64(messages), Int64(newFailed)] + counts.indices.map { Int64(counts[$0]) }
    }

    /// What ``columns`` gave.
    init(columns: [Int64]) {
        guard columns.count == DomainMinute.columns.count else { return }
        messages = UInt32(clamping: columns[0])
        newFailed = UInt32(clamping: columns[1])
        for index in counts.indices { counts[index] = UInt32(clamping: columns[index + 2]) }
    }
}
