import ControlProtocol
import MailPolicy

/// What is known of a network that is to be blocked or whitelisted.
struct SourceReach: Sendable {
    var addresses = 0
    var messages = 0
    var refused = 0
    var score = 0
    private var users: Set<Int32> = []
    private var inside: [(network: Network, blocks: Bool)] = []
    /// Whitelisted networks that it lies in.
    var around: [String] = []

    var accounts: Int { users.count }

    static func count(_ network: Network, in gatehouse: Gatehouse) -> SourceReach {
        var reach = SourceReach()
        let count = gatehouse.withState { state, _ in state.gatekeeper.addresses.records.count }
        gatehouse.inSlices(of: 256, count: count) { state, slice, now in
            for index in slice {
                let record = state.gatekeeper.addresses.records[index]
                guard network.contains(record.network) else { continue }
                reach.addresses += 1
                reach.messages += record.messages.count(at: now.steady)
                reach.refused += record.refused.count(at: now.steady)
                reach.score += record.score(by: state.gatekeeper.rulebook.sources.weights, at: now.steady)
                for use in record.accounts.uses where use.lastSeen > now.steady - 3_600_000 {
                    reach.users.insert(use.key)
                }
            }
        }
        let rules = gatehouse.withState { state, _ in state.gatekeeper.ruledNetworks }
        reach.inside = rules.filter { network.contains($0.network) && $0.network != network }
        reach.around = rules.filter { !$0.blocks && $0.network.contains(network) && $0.network != network }
            .map(\.network.description)
        return reach
    }

    /// Rules for networks in it.
    func rules(blocking: Bool) -> [String] {
        inside.filter { $0.blocks == blocking }.map(\.network.description).sorted().prefix(5).map { $0 }
    }

    var facts: [Preview.Fact] {
        [
            Preview.Fact(
                label: "Sources",
                text: "\(addresses) \(addresses == 1 ? "address" : "addresses") seen in it"),
            Preview.Fact(label: "Last hour", text: "\(messages) passed, \(refused) refused, score \(score)"),
            Preview.Fact(
                label: "Accounts",
                text: accounts == 0 ? "none submits from it" : "\(counted(accounts, "account")) submitted from it"),
        ]
    }
}
