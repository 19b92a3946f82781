/// What one address or network did in the last hour.
package struct SourceRecord: Sendable {
    /// The most accounts that are kept of a source.
    package static let accountsKept = 16

    /// What adds to a score.
    package enum Offence: Int, Sendable, CaseIterable {
        case unknownRecipient, overLimit, blocked, unauthenticated, forgedSender, suspendedAccount
        case failedDMARC
    }

    package var network: Network
    package var messages = HourCounter()
    package var refused = HourCounter()
    /// By ``Offence``; empty while there is none, as with most of a million sources.
    private var offences: [HourCounter] = []
    package var accounts = UseList<Int32>()
    package var lastSeen: Milliseconds

    package init(network: Network, at time: Milliseconds) {
        self.network = network
        lastSeen = time
    }

    package mutating func note(_ offence: Offence, at time: Milliseconds) {
        if offences.isEmpty { offences = Array(repeating: HourCounter(), count: Offence.allCases.count) }
        offences[offence.rawValue].add(at: time)
    }

    package func count(_ offence: Offence, at time: Milliseconds) -> Int {
        offences.isEmpty ? 0 : offences[offence.rawValue].count(at: time)
    }

    package func score(by weights: SourceRules.Weights, at time: Milliseconds) -> Int {
        var score = 0
        for offence in Offence.allCases { score += count(offence, at: time) * weights[offence] }
        return score
    }

    /// All that it did lately: what eviction compares.
    func weight(at time: Milliseconds) -> Int {
        var weight = messages.count(at: time) + refused.count(at: time)
        for index in offences.indices { weight += offences[index].count(at: time) }
        return weight
    }
}

extension SourceRules.Weights {
    package subscript(offence: SourceRecord.Offence) -> Int {
        switch offence {
        case .unknownRecipient: unknownRecipient
        case .overLimit: overLimit
        case .blocked: blocked
        case .unauthenticated: unauthenticated
        case .forgedSender: forgedSender
        case .suspendedAccount: suspendedAccount
        case .failedDMARC: failedDMARC
        }
    }
}
