import MailAuthentication
import MailPolicy
import Synchronization

@testable import PolicyEngine

/// The services of both milters over a DNS of the test's, without sockets.
struct VerifyingRig {
    let clock = RigClock()
    let gatehouse: Gatehouse
    let board: AuthenticationBoard
    let verify: VerifyService
    let sign: SignService
    let complaints = Lines()

    final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    init(
        _ dns: NamedRecords, dmarc: DMARCRules = DMARCRules(), ownHosts: OwnHosts = OwnHosts(),
        whitelisted: [String] = [], keys: [SigningKey] = [], sealing: SealingSettings? = nil
    ) throws {
        let rulebook = Rulebook(
            ownDomains: ["isp.example"], plans: [Plan(name: "new", limits: [])],
            sources: SourceRules(whitelisted: try whitelisted.map { try Network(parsing: $0) }), dmarc: dmarc,
            ownHosts: ownHosts)
        let configuration = EngineConfiguration(
            rulebook: rulebook, authentication: AuthenticationSettings(authservID: "mx.isp.example"),
            signingKeys: keys, sealing: sealing)
        gatehouse = Gatehouse(
            gatekeeper: Gatekeeper(rulebook: rulebook, seed: 1), verdictsKept: 100, clock: clock.clock)
        board = AuthenticationBoard(own: ["isp.example"])
        let complaints = complaints
        verify = VerifyService(
            Verifier(configuration, caches: Verifier.Caches()) { dns }, gatehouse: gatehouse, board: board,
            complain: { complaints.add($0) })
        sign = SignService(
            SignService.Settings(configuration), clock: clock.clock, complain: { complaints.add($0) })
    }

    /// What was counted of a domain in the last day.
    func tally(_ domain: String) -> AuthenticationTally? {
        board.domain(domain, at: gatehouse.clock.now())?.figures.day
    }

    /// The newest verdict of the journal.
    var lastVerdict: ExplainedVerdict? {
        gatehouse.withState { state, _ in state.journal.explained(state.journal.next - 1) }
    }
}
