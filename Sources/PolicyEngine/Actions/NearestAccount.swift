import ControlProtocol
import MailPolicy

/// Finds the login that a mistyped one most likely stands for, among a million of them.
///
/// Two logins are near where they differ in one place by at most two letters: a letter too many, too few or wrong, or
/// two swapped. Who leaves the domain out is understood as well.
struct NearestAccount: Sendable {
    private let typed: [UInt8]
    private let hasDomain: Bool
    private var best: (login: String, distance: Int)?
    private static let farthest = 2

    static func find(_ name: String, in gatehouse: Gatehouse) -> String? {
        guard (3...200).contains(name.utf8.count) else { return nil }
        var search = NearestAccount(name)
        let count = gatehouse.withState { state, _ in state.gatekeeper.accounts.count }
        gatehouse.inSlices(of: 256, count: count) { state, slice, _ in
            let logins = state.gatekeeper.accounts.logins
            for account in slice {
                let distance = logins.withBytes(of: account) { search.distance(to: $0) }
                if let distance { search.note(logins[account], distance) }
            }
        }
        return search.best?.login
    }

    private init(_ name: String) {
        typed = name.utf8.map(NameTable.folded)
        hasDomain = typed.contains(UInt8(ascii: "@"))
    }

    private mutating func note(_ login: String, _ distance: Int) {
        if let best, (best.distance, best.login) <= (distance, login) { return }
        best = (login, distance)
    }

    /// Letters that differ; `nil` where the two are not near.
    private func distance(to login: Span<UInt8>) -> Int? {
        var length = login.count
        if !hasDomain {
            for index in login.indices where login[index] == UInt8(ascii: "@") {
                length = index
                break
            }
        }
        let shorter = min(length, typed.count)
        let longer = max(length, typed.count)
        guard longer - shorter <= Self.farthest else { return nil }
        var same = 0
        while same < shorter, login[same] == typed[same] { same += 1 }
        var sameAtEnd = 0
        while sameAtEnd < shorter - same, login[length - 1 - sameAtEnd] == typed[typed.count - 1 - sameAtEnd] {
            sameAtEnd += 1
        }
        let distance = longer - same - sameAtEnd
        return distance <= Self.farthest && same + sameAtEnd > 0 ? distance : nil
    }
}

extension EngineCore {
    /// Why a name is no account's, with the one that was most likely meant.
    func unknownAccount(_ name: String) -> String {
        let nearest = NearestAccount.find(name, in: gatehouse).map { "; did you mean \"\($0)\"?" } ?? ""
        return OrderCheck.unknownAccount(name) + nearest
    }

    /// Reads what an action names.
    ///
    /// - Throws: ``ControlError``; an account that is not there is told with the nearest that is.
    func plan(_ action: OperatorAction) throws -> OrderPlan {
        if let name = action.account,
            gatehouse.withState({ state, _ in state.gatekeeper.accounts.find(name) }) == nil
        {
            throw ControlError.notFound(unknownAccount(name))
        }
        return try gatehouse.withState { state, _ in try OrderCheck.plan(action, for: state.gatekeeper) }
    }
}
