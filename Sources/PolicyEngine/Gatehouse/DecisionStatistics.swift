import MailPolicy

/// How many verdicts there were, and how long they took.
package struct DecisionStatistics: Sendable {
    /// By gate and outcome, since the start.
    package private(set) var counts = [[Int]](
        repeating: [Int](repeating: 0, count: Verdict.Outcome.allCases.count), count: Gate.allCases.count)
    /// Messages and recipients that passed, refused, deferred and held at the gates where mail comes from outside:
    /// what the overview draws.
    package private(set) var mail = [Int](repeating: 0, count: Verdict.Outcome.allCases.count)
    /// One in so many decisions is timed.
    static let sampling: UInt = 8

    /// Timed decisions by their time: eight classes for each doubling, from 2^7 ns on.
    private var classes = [UInt32](repeating: 0, count: 8 * 24)

    package init() {}

    /// - Parameter commit: when the submission gate counts a message.
    mutating func count(_ verdict: Verdict, _ request: GateRequest, commit: Rulebook.CommitPoint) {
        let outcome = Int(verdict.outcome.rawValue)
        counts[Int(request.gate.rawValue)][outcome] += 1
        switch (request.gate, verdict.outcome) {
        // Each try of what waits in the queue already.
        case (.outbound, _): break
        case (.submission, .accepted): if verdict.countsMessage { mail[outcome] += 1 }
        // It is asked about at each recipient and again at the end, and is one message.
        case (.submission, .held):
            if request.state == (commit == .recipient ? .recipient : .endOfMessage) { mail[outcome] += 1 }
        case (.mx, .accepted): if request.state == .recipient { mail[outcome] += 1 }
        default: mail[outcome] += 1
        }
    }

    mutating func time(nanoseconds: UInt64) {
        let value = max(nanoseconds, 128)
        let exponent = 63 - value.leadingZeroBitCount
        let part = Int(value >> UInt64(exponent - 3)) & 7
        classes[min((exponent - 7) * 8 + part, classes.count - 1)] += 1
    }

    /// The timed decisions since the last call.
    mutating func drainTimes() -> [UInt32] {
        let drained = classes
        classes = [UInt32](repeating: 0, count: classes.count)
        return drained
    }

    /// Upper bound, in microseconds, of the class below which 99 % lie; `nil` without any.
    static func percentile99(_ classes: [UInt32]) -> Double? {
        let all = classes.reduce(0) { $0 + Int($1) }
        guard all > 0 else { return nil }
        var seen = 0
        for (index, count) in classes.enumerated() {
            seen += Int(count)
            if seen * 100 >= all * 99 {
                let base = Double(UInt64(1) << UInt64(index / 8 + 7))
                return base * (1 + Double(index % 8 + 1) / 8) / 1000
            }
        }
        return nil
    }
}
