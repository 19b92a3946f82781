import MailAuthentication
import MailPolicy
import PostfixProtocols
import Synchronization

/// The milter for mail that comes in: finds out whether it is from whom it says, writes that into the message, counts it,
/// and does with what its author's domain disowns as the rulebook says.
final class VerifyService: MilterService {
    private let verifier: Mutex<Verifier>
    private let gatehouse: Gatehouse
    private let board: AuthenticationBoard
    private let complain: @Sendable (String) -> Void

    init(
        _ verifier: Verifier, gatehouse: Gatehouse, board: AuthenticationBoard,
        complain: @escaping @Sendable (String) -> Void
    ) {
        self.verifier = Mutex(verifier)
        self.gatehouse = gatehouse
        self.board = board
        self.complain = complain
    }

    /// After a reload; messages that are on their way come to their end with the old one.
    func replace(_ new: Verifier) { verifier.withLock { $0 = new } }

    var needs: MilterNeeds { verifier.withLock { $0.needs } }

    func message(
        from sender: MilterPath, on connection: MilterConnection, macros: MilterMacros
    ) -> any MilterMessageHandler {
        VerifyHandler(
            verifier.withLock { $0 }, self, sender: sender.address, connection,
            login: macros["{auth_authen}"].map { Array($0) } ?? [])
    }

    var now: Moment { gatehouse.clock.now() }

    func count(_ outcome: MessageOutcome, source: IPAddress, at now: Moment) {
        if let findings = MessageFindings(outcome, source: source) { board.record(findings, at: now) }
    }

    /// What becomes of a message by DMARC.
    func judge(
        _ outcome: MessageOutcome, source: IPAddress, _ envelope: MessageEnvelope
    ) -> Gatehouse.MessageAnswer {
        guard let message = DisownedMessage(outcome, source: source) else { return .pass }
        return gatehouse.judge(message, envelope)
    }

    func complainOfSealing(_ error: ARCSealingError) {
        switch error {
        // What came is so; nobody here can do anything about it.
        case .chainHasFailed, .chainIsFull, .chainUnknown, .signing(.noFrom), .signing(.headerNotComplete): break
        case .badResults, .signing: complain("a message was not sealed: \(error)")
        }
    }
}

extension DisownedMessage {
    /// `nil` for a message that passed, or of which that is not known.
    init?(_ outcome: MessageOutcome, source: IPAddress) {
        let (policy, chain) = (outcome.policy, outcome.chain)
        guard policy.isDisowned || policy.isAuthorUnknown else { return nil }
        let isAsked = policy.isDisowned && !(policy.isAuthorUnknown && policy.requestedPolicy == .none)
        self.init(
            source: source, request: isAsked ? Request(policy.requestedPolicy) : .unknown,
            sealers: chain.result == .pass || chain.isUndecided ? chain.sealers.map(\.text) : [],
            // Nobody vouches for several authors at once.
            passedAtFirstSealer: policy.result == .fail && chain.firstResults?.vouches(for: policy.author) ?? false,
            areSealsUndecided: chain.isUndecided)
    }
}

extension DisownedMessage.Request {
    init(_ policy: DMARCRecord.Policy) {
        switch policy {
        case .none: self = .none
        case .quarantine: self = .quarantine
        case .reject: self = .reject
        }
    }
}

extension AuthenticationResults {
    /// Whether DMARC passed for that domain in From (RFC 8617 section 5.2, RFC 9989's results as RFC 8601 has them).
    fileprivate func vouches(for author: DomainName?) -> Bool {
        guard let author else { return false }
        return results.contains { result in
            result.method == "dmarc" && result.result == "pass"
                && result.properties.contains {
                    $0.type == "header" && $0.name == "from" && DomainName($0.value) == author
                }
        }
    }
}
