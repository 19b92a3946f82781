import MailAuthentication
import MailPolicy
import PostfixProtocols
import Synchronization

/// The milter for mail that goes out: signs it with the keys of its author's domain.
final class SignService: MilterService {
    /// What mail is signed with, from one reading of the configuration to the next.
    struct Settings: Sendable {
        let signers: DKIMSigningTable
        let ownHosts: OwnHosts
        let authservID: String

        init(_ configuration: EngineConfiguration) {
            var table = DKIMSigningTable()
            for (domain, keys) in Dictionary(grouping: configuration.signingKeys, by: \.domain) {
                table.add(
                    DKIMSigner(
                        domain: domain,
                        keys: keys.map { DKIMSigner.Key(selector: $0.selector, privateKey: $0.key) }),
                    coversSubdomains: keys.contains(where: \.coversSubdomains))
            }
            signers = table
            ownHosts = configuration.rulebook.ownHosts
            authservID = configuration.authentication.authservID
        }
    }

    private let settings: Mutex<Settings>
    private let clock: EngineClock
    private let complain: @Sendable (String) -> Void

    init(_ settings: Settings, clock: EngineClock, complain: @escaping @Sendable (String) -> Void) {
        self.settings = Mutex(settings)
        self.clock = clock
        self.complain = complain
    }

    /// After a reload; messages that are on their way are signed with the old keys.
    func replace(_ new: Settings) { settings.withLock { $0 = new } }

    let needs = MilterNeeds(actions: .addHeaders, optionalActions: .changeHeaders)

    func message(
        from sender: MilterPath, on connection: MilterConnection, macros: MilterMacros
    ) -> any MilterMessageHandler {
        SignHandler(
            settings.withLock { $0 }, clock: clock, connection,
            isAuthenticated: macros["{auth_authen}"].map { !$0.isEmpty } ?? false, complain: complain)
    }
}
