import MailAuthentication
import MailPolicy
import PostfixProtocols

/// Signs one message. Of its body it keeps nothing but a hash.
///
/// A message that cannot be signed goes on without a signature, and the log says why: mail that is late is worse than
/// mail that somebody may doubt.
final class SignHandler: MilterMessageHandler {
    private let settings: SignService.Settings
    private let clock: EngineClock
    private let isAuthenticated: Bool
    private let isOurs: Bool
    private let complain: @Sendable (String) -> Void
    private var header = MessageHeader()
    private var forged: ForgedFields
    private var signer: DKIMSigner?
    /// Why nobody can tell whose keys would sign.
    private var problem: String?
    private var hasher = BodyHasher()

    init(
        _ settings: SignService.Settings, clock: EngineClock, _ connection: MilterConnection, isAuthenticated: Bool,
        complain: @escaping @Sendable (String) -> Void
    ) {
        self.settings = settings
        self.clock = clock
        self.isAuthenticated = isAuthenticated
        self.complain = complain
        isOurs =
            switch connection.client {
            case .unknown: settings.ownHosts.areSigned(client: nil, isAuthenticated: isAuthenticated)
            case .local: true
            case .address(let address, port: _):
                settings.ownHosts.areSigned(client: address, isAuthenticated: isAuthenticated)
            }
        forged = ForgedFields(authservID: settings.authservID)
    }

    func header(name: Span<UInt8>, value: Span<UInt8>) {
        // On a second hop what this host found at the first is no forgery.
        if isAuthenticated { forged.look(at: name, value) }
        guard isOurs else { return }
        name.withUnsafeBufferPointer { name in
            value.withUnsafeBufferPointer { header.append(name: name, value: $0) }
        }
    }

    func longHeader(name: Span<UInt8>, length: Int) {
        if isAuthenticated { forged.look(atLong: name) }
        name.withUnsafeBufferPointer { header.dropField(name: $0) }
    }

    func endOfHeader(macros: MilterMacros) {
        guard isOurs else { return }
        do {
            let author = try author()
            signer = author.flatMap { settings.signers.signer(for: $0) }
            signer?.prepare(&hasher)
            if author == nil {
                problem = "\(header.droppedFromFields > 0 ? DKIMSigningError.headerNotComplete : .noFrom)"
            }
        } catch {
            problem = error.description(of: "From")
        }
    }

    /// The domain of the first address in From, which is the one that a reader sees first.
    private func author() throws(MailboxError) -> DomainName? {
        guard let position = header.positions(of: "from").first else { return nil }
        return try Mailbox.parse(fieldValue: header[position].value, skipsNames: true).first?.domain.withALabels
    }

    func body(_ piece: Span<UInt8>) {
        if signer != nil { hasher.update(piece.bytes) }
    }

    nonisolated(nonsending) func verdict(macros: MilterMacros) async -> MilterVerdict {
        if forged.isTooMany { return .tooManyForgedFields }
        var verdict = MilterVerdict(changes: forged.removals)
        guard let signer else {
            if let problem { complain(unsigned(macros, problem)) }
            return verdict
        }
        do {
            let signatures = try signer.sign(header, body: hasher.finish(), at: clock.now())
            // The first key's on top.
            for signature in signatures.reversed() { verdict.insert("DKIM-Signature", signature) }
        } catch {
            complain(unsigned(macros, error.description))
        }
        return verdict
    }

    private func unsigned(_ macros: MilterMacros, _ problem: String) -> String {
        let queueID = macros["i"].map { String(decoding: $0, as: UTF8.self) } ?? "?"
        return "\(queueID)\(signer.map { " of \($0.domain)" } ?? "") goes out without a signature: \(problem)"
    }
}
