import MailAuthentication
import MailPolicy
import PostfixProtocols
import Synchronization

/// The messages behind the sample's requests at the mx gate, shown to the engine as a milter would be shown them.
///
/// The sample has envelopes only. What is in the messages is made up: From is the envelope's sender, and some domains
/// sign, with keys of the demo's own. Our own customers write to a mailing list that hands their mail on as it is, one
/// of our domains does not sign, and somebody at a free mail service takes the name of our help desk. What is found of
/// it all is the engine's own finding.
final class DemoMail: Sendable {
    static let selector: DomainName = "demo"
    private static let signing = [
        "mailer.example.net", "docomo.ne.jp", "softbank.ne.jp", "univ.example", "kaisha.example", "example.com",
    ]

    private static let list = "univ.example"
    private static let freeMail = "mail.example"
    /// A domain of our own that somebody has forgotten.
    private static let unsigned = "shop.example"

    private let verify: VerifyService
    private let keys: [String: DKIMKeyPair]
    private let clock: EngineClock
    /// Mail to others is refused before it is sent.
    private let known: Set<String>
    /// Who writes to the list.
    private let customers: [String]
    private let carriers: [Carrier]
    private let ownDomains: [String]
    /// Transactions whose message was shown.
    private let shown = Mutex<Set<String>>([])
    private static let mostShown = 20_000

    /// - Parameter known: Addresses that there are.
    init(
        _ configuration: EngineConfiguration, names: DemoNames, known: Set<String>, gatehouse: Gatehouse,
        board: AuthenticationBoard
    ) throws {
        clock = gatehouse.clock
        self.known = known
        customers = known.sorted()
        carriers = configuration.rulebook.carriers
        ownDomains = configuration.rulebook.ownDomains
        keys = try Dictionary(
            uniqueKeysWithValues: (Self.signing + ownDomains.filter { $0 != Self.unsigned }).map {
                ($0, try DKIMKeyPair.generate(.ed25519))
            })
        var names = names
        for domain in ownDomains { names.publishOwn(domain) }
        for (domain, key) in keys { names.publish(key, selector: Self.selector, of: domain) }
        let published = names
        verify = VerifyService(
            Verifier(configuration, caches: Verifier.Caches()) { published }, gatehouse: gatehouse, board: board,
            complain: { _ in })
    }

    /// Shows the message of a request whose recipient was accepted, once for each transaction.
    func show(_ request: ReadRequest) async {
        let recipient = request.text(\.recipient)
        guard request.gate == .mx, request.parsed.protocolState == .rcpt, known.contains(recipient),
            isFirst(request.text(\.instance))
        else { return }
        var connection = MilterConnection(listener: "demo")
        guard let address = IPAddress(request.text(\.clientAddress)) else { return }
        connection.client = .address(address, port: 25)
        connection.helo = Array(request.text(\.heloName).utf8)
        let macros = MilterMacros()
        let sender = request.text(\.sender)
        let handler = verify.message(
            from: MilterPath(address: Array(sender.utf8)), on: connection, macros: macros)
        handler.recipient(MilterPath(address: Array(recipient.utf8)), macros: macros)
        for (name, value) in fields(of: request, to: recipient) { handler.header(name: name.span, value: value.span) }
        handler.endOfHeader(macros: macros)
        handler.body(Self.body.span)
        _ = await handler.verdict(macros: macros)
    }

    private func isFirst(_ instance: String) -> Bool {
        shown.withLock { shown in
            if shown.count >= Self.mostShown { shown = [] }
            return shown.insert(instance).inserted
        }
    }

    private static let body = Array("Hello\r\n".utf8)

    private struct Author {
        var address: String
        /// The domain whose key the message was signed with.
        var signer: String?
        /// The mailing list that the author wrote to.
        var list: String?
    }

    private func author(of request: ReadRequest) -> Author {
        let domain = DemoNames.domain(of: request)
        let sender = request.text(\.sender)
        let plain = sender.isEmpty ? "MAILER-DAEMON@\(domain)" : sender
        let pick = request.text(\.instance).utf8.reduce(5_381) { ($0 &* 33 ^ Int($1)) & 0xFFFF }
        // Whoever forges a domain's name has not got its key.
        guard DemoNames.isOwnHost(of: domain, request, carriers) else { return Author(address: plain) }
        if domain == Self.freeMail, pick % 8 == 0, let own = ownDomains.first {
            return Author(address: "support@\(own)")
        }
        guard domain == Self.list, pick % 2 == 0, !sender.isEmpty, !customers.isEmpty else {
            return Author(address: plain, signer: domain)
        }
        let customer = customers[pick / 2 % customers.count]
        return Author(address: customer, signer: customer.split(separator: "@").last.map(String.init), list: sender)
    }

    private func fields(of request: ReadRequest, to recipient: String) -> [(name: [UInt8], value: [UInt8])] {
        let author = author(of: request)
        var fields = [("From", " \(author.address)"), ("To", " \(recipient)"), ("Subject", " demo")].map {
            (name: Array($0.0.utf8), value: Array($0.1.utf8))
        }
        fields += signatures(of: fields, by: author.signer)
        if let list = author.list { fields.append((Array("Sender".utf8), Array(" \(list)".utf8))) }
        return fields
    }

    private func signatures(
        of fields: [(name: [UInt8], value: [UInt8])], by domain: String?
    ) -> [(name: [UInt8], value: [UInt8])] {
        guard let domain, let key = keys[domain] else { return [] }
        let signer = DKIMSigner(
            domain: DomainName(domain),
            keys: [DKIMSigner.Key(selector: Self.selector, privateKey: key.privateKey)])
        var header = MessageHeader()
        for (name, value) in fields { header.append(name: name, value: value) }
        var hasher = BodyHasher()
        signer.prepare(&hasher)
        hasher.update(Self.body)
        let signatures = (try? signer.sign(header, body: hasher.finish(), at: clock.now())) ?? []
        return signatures.map { (name: Array("DKIM-Signature".utf8), value: $0) }
    }
}
