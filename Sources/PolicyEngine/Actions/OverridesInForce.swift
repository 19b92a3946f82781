import MailPolicy
import PolicyStore

/// The overrides that are in force, and which audit entry each goes back to.
///
/// One that an undo put back has a new number; it is known by what it sets, by whom, why and since when.
struct OverridesInForce: Sendable {
    private struct Origin: Hashable {
        var text: [String]
        var since: Milliseconds

        init(_ record: OverrideRecord) {
            text = [record.kind, record.target, record.value, record.actor, record.reason]
            since = record.since
        }
    }

    let overrides: [Int64: Override]
    private let byOrigin: [Origin: Int64]

    init(_ overrides: [Int64: Override]) {
        self.overrides = overrides
        byOrigin = Dictionary(
            overrides.values.map { (Origin(OverrideRecord($0)), $0.id) }, uniquingKeysWith: { max($0, $1) })
    }

    /// The number under which it is in force now.
    func number(of stored: StoredOverride) -> Int64? {
        overrides[stored.id] != nil ? stored.id : byOrigin[Origin(stored.record)]
    }

    /// Whatever sets the same thing.
    func setting(theSameAs kind: Override.Kind) -> [Override] {
        overrides.values.filter { $0.kind.setsTheSame(as: kind) }.sorted { $0.id < $1.id }
    }
}

extension EngineCore {
    var overridesInForce: OverridesInForce {
        OverridesInForce(gatehouse.withState { state, _ in state.gatekeeper.overrides })
    }
}
