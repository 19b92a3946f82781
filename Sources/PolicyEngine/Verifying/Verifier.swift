import MailAuthentication
import MailPolicy
import PostfixProtocols

/// With what messages are verified, from one reading of the configuration to the next.
struct Verifier: Sendable {
    let authservID: String
    let check: MessageCheck
    /// Makes what is asked for one message.
    let resolver: @Sendable () -> any Resolver
    let sealing: Sealing?
    let ownHosts: OwnHosts
    let needs: MilterNeeds

    /// What seals, and for whom.
    struct Sealing: Sendable {
        let sealer: ARCSealer
        /// Addresses and domains, in lower case; empty for all.
        let recipients: Set<String>

        init(_ settings: SealingSettings) {
            sealer = ARCSealer(
                domain: settings.domain,
                key: DKIMSigner.Key(selector: settings.selector, privateKey: settings.key))
            recipients = settings.recipients
        }

        func covers(_ recipient: [UInt8]) -> Bool {
            if recipients.isEmpty { return true }
            let address = String(decoding: recipient, as: UTF8.self).lowercased()
            if recipients.contains(address) { return true }
            guard let at = address.lastIndex(of: "@") else { return false }
            return recipients.contains(String(address[address.index(after: at)...]))
        }
    }

    /// - Parameter resolver: Makes what is asked for one message.
    init(_ configuration: EngineConfiguration, caches: Caches, resolver: @escaping @Sendable () -> any Resolver) {
        let settings = configuration.authentication
        authservID = settings.authservID
        self.resolver = resolver
        check = MessageCheck(
            resolver: resolver(), receiver: settings.authservID, records: caches.records, keys: caches.keys,
            organizationalDomainRule: settings.publicSuffixes.map { .publicSuffixList($0) } ?? .treeWalk)
        sealing = configuration.sealing.map(Sealing.init)
        ownHosts = configuration.rulebook.ownHosts
        var actions: MilterActions = [.addHeaders, .changeHeaders]
        let dmarc = configuration.rulebook.dmarc
        if [dmarc.enforcement, dmarc.unknownAuthors].contains(where: { $0 == .quarantine || $0 == .reject }) {
            actions.insert(.quarantine)
        }
        needs = MilterNeeds(actions: actions)
    }

    /// What was read of records, whoever asks for them; it outlives a reload.
    struct Caches: Sendable {
        let records = SPFRecordCache(records: 10_000, bytes: 16 << 20)
        let keys = DKIMKeyCache()
    }
}
