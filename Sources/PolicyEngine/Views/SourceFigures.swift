import ControlProtocol
import MailPolicy

/// One source as the table filters and sorts it.
package struct SourceFigures: RowFigures {
    package var network: Network
    package var score: Int
    package var messages: Int
    package var refused: Int
    package var unknown: Int
    package var accounts: Int
    /// Seconds since it was last seen.
    package var seen: Double
    package var state: SourceRow.State

    package var identity: String { network.description }
    package var needsAttention: Bool { false }

    package func precedes(_ other: SourceFigures) -> Bool {
        let (one, two) = (network, other.network)
        if one.base != two.base { return (one.base.high, one.base.low) < (two.base.high, two.base.low) }
        return one.prefix < two.prefix
    }

    /// Whether it tells nothing that the other does not.
    func tellsTheSame(as other: SourceFigures) -> Bool {
        (score, messages, refused, unknown, accounts)
            == (other.score, other.messages, other.refused, other.unknown, other.accounts)
    }

    package static let view = ViewKind.sources
    package static let columns = [
        FilterColumn("score", .number), FilterColumn("source", .text), FilterColumn("messages", .number),
        FilterColumn("refused", .number), FilterColumn("unknown", .number), FilterColumn("accounts", .number),
        FilterColumn("seen", .age), FilterColumn("state", .text),
    ]

    package func text(ofColumn index: Int) -> String {
        switch index {
        case 1: identity
        case 7: state.rawValue
        default: ""
        }
    }

    package func number(ofColumn index: Int) -> Double? {
        switch index {
        case 0: Double(score)
        case 2: Double(messages)
        case 3: Double(refused)
        case 4: Double(unknown)
        case 5: Double(accounts)
        case 6: seen
        default: nil
        }
    }
}

extension Gatekeeper {
    func sourceFigures(of record: SourceRecord, at now: Moment) -> SourceFigures {
        SourceFigures(
            network: record.network,
            score: record.score(by: rulebook.sources.weights, at: now.steady),
            messages: record.messages.count(at: now.steady), refused: record.refused.count(at: now.steady),
            unknown: record.count(.unknownRecipient, at: now.steady),
            accounts: record.accounts.count(since: now.steady - 3_600_000),
            seen: Double(max(now.steady - record.lastSeen, 0)) / 1000, state: sourceState(of: record.network))
    }

    func sourceState(of network: Network) -> SourceRow.State {
        switch blocks(network) {
        case true?: .blocked
        case false?: .whitelisted
        case nil: .open
        }
    }

    func record(of network: Network) -> SourceRecord? {
        if network.isSingleAddress { return addresses.find(network).map { addresses[$0] } }
        return networks.find(network).map { networks[$0] }
    }

    /// The row of a source; one of zeros where nothing was seen of it.
    func sourceRow(of network: Network, at now: Moment) -> SourceRow {
        let record = record(of: network) ?? SourceRecord(network: network, at: 0)
        let figures = sourceFigures(of: record, at: now)
        let weights = rulebook.sources.weights
        let parts = SourceRecord.Offence.allCases.compactMap { offence -> ScorePart? in
            let count = record.count(offence, at: now.steady)
            return count > 0 ? ScorePart(name: offence.text, count: count, points: count * weights[offence]) : nil
        }
        return SourceRow(
            source: figures.identity, score: figures.score, parts: parts.sorted { $0.points > $1.points },
            messagesLastHour: figures.messages, refusedLastHour: figures.refused,
            unknownRecipientsLastHour: figures.unknown, accountsLastHour: figures.accounts,
            lastSeen: record.lastSeen == 0 ? 0 : now.wall(atSteady: record.lastSeen), state: figures.state,
            overrides: badges(ofNetwork: network))
    }
}

extension SourceRecord.Offence {
    var text: String {
        switch self {
        case .unknownRecipient: "unknown recipients"
        case .overLimit: "refused at the limit"
        case .blocked: "refused as blocked"
        case .unauthenticated: "without authentication"
        case .forgedSender: "forged senders"
        case .failedDMARC: "disowned by DMARC"
        case .suspendedAccount: "suspended accounts"
        }
    }
}
