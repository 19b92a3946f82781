import ControlTesting
import Foundation
import MailAuthentication
import MailPolicy
import Testing

@testable import PolicyEngine

/// What is said of milters, of keys, and of how incoming mail is judged.
@Suite struct MilterConfigurationTests {
    private let folder: TemporaryFolder
    private let rsa: DKIMPrivateKey
    private let ed25519: DKIMPrivateKey

    init() throws {
        folder = try TemporaryFolder()
        rsa = try DKIMKeyPair.generate(.rsa(bits: 1024)).privateKey
        ed25519 = try DKIMKeyPair.generate(.ed25519).privateKey
        try write(rsa.pem, "rsa.pem")
        try write(ed25519.pem, "ed25519.pem")
    }

    private func write(_ text: String, _ name: String, mode: Int = 0o600) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder.file(name))
    }

    /// `KEYS` in the text stands for the folder with the keys.
    private func text(_ text: String) -> String {
        ConfigurationText.least + text.replacing("KEYS", with: folder.path)
    }

    @Test func allOfItIsRead() throws {
        let configuration = try ConfigurationText.parse(
            text(
                """
                [[milter]]
                address = "127.0.0.1:10041"
                does = "verify"
                [[milter]]
                path = "/run/sign.sock"
                mode = "0600"
                does = "sign"
                [authentication]
                authserv_id = "mx.isp.example"
                dmarc = "reject"
                unknown_from = "quarantine"
                trusted_sealers = "lists.example"
                resolver = ["127.0.0.1:5300", "[::1]:53"]
                resolver_timeout = "2s"
                deadline = "10s"
                own_networks = ["192.0.2.0/24"]
                [[sign]]
                domain = "isp.example"
                selector = "r1"
                key = "KEYS/rsa.pem"
                [[sign]]
                domain = "isp.example"
                selector = "e1"
                key = "KEYS/ed25519.pem"
                subdomains = true
                [arc]
                domain = "isp.example"
                selector = "e1"
                key = "KEYS/ed25519.pem"
                recipients = ["Forwarded@isp.example"]
                """))
        #expect(configuration.milters.map(\.work) == [.verify, .sign])
        #expect(configuration.milters.map(\.endpoint.description) == ["127.0.0.1:10041", "/run/sign.sock"])
        #expect(configuration.authentication.authservID == "mx.isp.example")
        #expect(configuration.authentication.deadline == 10_000)
        #expect(configuration.authentication.resolver.timeout == 2_000)
        #expect(
            configuration.authentication.resolver.servers
                == .forwarders([try ResolverServer(parsing: "127.0.0.1:5300"), try ResolverServer(parsing: "[::1]:53")])
        )
        #expect(
            configuration.rulebook.dmarc
                == DMARCRules(enforcement: .reject, unknownAuthors: .quarantine, trustedSealers: ["lists.example"]))
        #expect(configuration.rulebook.ownHosts.networks == [try Network(parsing: "192.0.2.0/24")])
        #expect(
            configuration.signingKeys == [
                SigningKey(domain: "isp.example", selector: "r1", key: rsa),
                SigningKey(domain: "isp.example", selector: "e1", key: ed25519, coversSubdomains: true),
            ])
        #expect(
            configuration.sealing
                == SealingSettings(
                    domain: "isp.example", selector: "e1", key: ed25519, recipients: ["forwarded@isp.example"]))
    }

    @Test func withoutAWordIncomingMailIsTaggedAndNothingIsSealed() throws {
        let configuration = try ConfigurationText.parse(ConfigurationText.least)
        #expect(configuration.rulebook.dmarc == DMARCRules(enforcement: .tag))
        let off = try ConfigurationText.parse(ConfigurationText.least + "[authentication]\ndmarc = \"off\"\n")
        #expect(off.rulebook.dmarc == DMARCRules(enforcement: .off, unknownAuthors: .off))
        #expect(configuration.milters.isEmpty && configuration.signingKeys.isEmpty && configuration.sealing == nil)
        #expect(configuration.rulebook.ownHosts == OwnHosts())
    }

    @Test(arguments: [
        (
            "[[milter]]\naddress = \"127.0.0.1:10041\"\n",
            "milter[0]: it does not say what it does. Write does = \"verify\" for mail that comes in, or \"sign\" for mail that goes out"
        ),
        (
            "[[milter]]\ndoes = \"sing\"\npath = \"/a\"\n",
            "milter[0].does: \"sing\" is not among its words. Did you mean \"sign\"? It may be \"verify\" or \"sign\""
        ),
        (
            "[[listen]]\npath = \"/a\"\n[[milter]]\ndoes = \"sign\"\npath = \"/a\"\n",
            "milter[0]: /a is listened on already (line 3). Each [[listen]] and [[milter]] needs a socket of its own"
        ),
        (
            "[authentication]\nresolver = \"localhost\"\n",
            "authentication.resolver[0]: resolver \"localhost\": expected ADDRESS:PORT, such as 127.0.0.1:53 or [::1]:53"
        ),
        (
            "[authentication]\nresolver = []\n",
            "authentication.resolver: it is an empty list. Name a recursive server, or remove the key to ask those of /etc/resolv.conf"
        ),
        (
            "[authentication]\nauthserv_id = \"mx isp\"\n",
            "authentication.authserv_id: \"mx isp\" is no host name. Write \"mx.isp.example\""
        ),
        (
            "[authentication]\npublic_suffix_list = \"KEYS/none.dat\"\n",
            "authentication.public_suffix_list: KEYS/none.dat: it cannot be read: No such file or directory. Name a list as publicsuffix.org publishes it, such as /usr/share/publicsuffix/public_suffix_list.dat"
        ),
        (
            "[authentication]\npublic_suffix_list = \"KEYS/rsa.pem\"\n",
            "authentication.public_suffix_list: KEYS/rsa.pem: line 1 of it: there is a blank in the rule. Name a list as publicsuffix.org publishes it, such as /usr/share/publicsuffix/public_suffix_list.dat"
        ),
        (
            "[authentication]\npublic_suffix_list = \"KEYS/empty.dat\"\n",
            "authentication.public_suffix_list: KEYS/empty.dat: it has no rules in it. Name a list as publicsuffix.org publishes it, such as /usr/share/publicsuffix/public_suffix_list.dat"
        ),
        (
            "[authentication]\ntrust_anchor = \"/etc\"\n",
            "authentication.trust_anchor: /etc: it cannot be read: Is a directory. Name a file of DS or DNSKEY records, such as /usr/share/dns/root.key"
        ),
        (
            "[authentication]\ntrust_anchor = \"KEYS/text.pem\"\n",
            "authentication.trust_anchor: KEYS/text.pem: line 1 of it: it is no DS or DNSKEY record. Name a file of DS or DNSKEY records, such as /usr/share/dns/root.key"
        ),
        (
            "[authentication]\ntrust_anchor = \"KEYS/rsa.pem\"\n",
            "authentication.trust_anchor: KEYS/rsa.pem: line 1 of it: it is no DS or DNSKEY record. Name a file of DS or DNSKEY records, such as /usr/share/dns/root.key"
        ),
        (
            "[authentication]\ntrust_anchor = \"/dev/null\"\n",
            "authentication.trust_anchor: /dev/null: it cannot be read: it is no regular file but a device. Name a file of DS or DNSKEY records, such as /usr/share/dns/root.key"
        ),
        (
            "[[sign]]\ndomain = \"isp.example\"\n",
            "sign[0]: it has no selector and no key. Make the key with: sekisho dkim keygen"
        ),
        (
            "[[sign]]\ndomain = \"isp.example\"\nselector = \"s1\"\nkey = \"KEYS/none.pem\"\n",
            "sign[0].key: KEYS/none.pem: it cannot be read: No such file or directory. Make it with: sekisho dkim keygen"
        ),
        (
            "[arc]\ndomain = \"isp.example\"\nselector = \"s1\"\nkey = \"KEYS/open.pem\"\n",
            "arc.key: KEYS/open.pem may be read or changed by everybody (mode 644). chmod o= KEYS/open.pem"
        ),
        (
            "[[sign]]\ndomain = \"isp.example\"\nselector = \"s1\"\nkey = \"KEYS/text.pem\"\n",
            "sign[0].key: KEYS/text.pem: there is no PEM block (-----BEGIN PRIVATE KEY----- … -----END PRIVATE KEY-----)"
        ),
        (
            "[[sign]]\ndomain = [\"isp.example\", \"b.example\"]\nselector = \"s1\"\nkey = \"KEYS/rsa.pem\"\n",
            "sign[0].domain: it is a list, but must be one name"
        ),
    ])
    func whatIsWrongIsToldWithItsPlaceAndItsRemedy(_ wrong: String, _ problem: String) throws {
        try write(rsa.pem, "open.pem", mode: 0o644)
        try write("no key", "text.pem")
        try write("// nothing\n", "empty.dat")
        let problems = ConfigurationText.problems(text(wrong))
        #expect(problems.count == 1)
        let told = problems.first.map { $0.drop { $0 != " " }.dropFirst() } ?? ""
        #expect(told == problem.replacing("KEYS", with: folder.path))
    }

    /// A FIFO that nobody writes to would be waited for, with the configuration half read.
    @Test(arguments: [
        "[authentication]\npublic_suffix_list = \"FILE\"\n", "[authentication]\ntrust_anchor = \"FILE\"\n",
        "[[sign]]\ndomain = \"isp.example\"\nselector = \"s1\"\nkey = \"FILE\"\n",
        "[arc]\ndomain = \"isp.example\"\nselector = \"s1\"\nkey = \"FILE\"\n",
    ])
    func whatIsNoRegularFileIsToldAndNotWaitedFor(_ wrong: String) throws {
        #expect(mkfifo(folder.file("fifo"), 0o600) == 0)
        for (file, name) in [(folder.file("fifo"), "a FIFO"), ("/dev/zero", "a device")] {
            let problems = ConfigurationText.problems(text(wrong.replacing("FILE", with: file)))
            #expect(problems.count == 1)
            let line = wrong.hasPrefix("[authentication]") ? 4 : 6
            #expect(problems.first?.hasPrefix("sekisho.toml:\(line): ") == true)
            #expect(problems.first?.contains("\(file): it cannot be read: it is no regular file but \(name)") == true)
        }
    }

    private static let arc =
        "[arc]\ndomain = \"isp.example\"\nselector = \"s1\"\nkey = \"KEYS/rsa.pem\"\nrecipients = "

    @Test(arguments: [
        "a b", "", "@isp.example", ".isp.example", "isp.example.", "a@", "a b@isp.example", "<a@isp.example>",
        "a@b@isp.example", "a@isp..example", "isp_-.example", "例 え.example",
    ])
    func whatIsNoRecipientToSealForIsToldWithItsLine(_ recipient: String) {
        #expect(
            ConfigurationText.problems(text(Self.arc + "[\"isp.example\",\n  \"\(recipient)\"]\n")) == [
                "sekisho.toml:8: arc.recipients[1]: \"\(recipient)\" is no address and no domain. Write isp.example or forwarded@isp.example"
            ])
    }

    @Test func whomToSealForMayBeAnyAddressOrDomain() throws {
        let recipients = ["ISP.example", "a+b@isp.example", "\"a b\"@isp.example", "例え.example", "あ@例え.example"]
        let quoted = recipients.map { "'\($0)'" }.joined(separator: ", ")
        let configuration = try ConfigurationText.parse(text(Self.arc + "[\(quoted)]\n"))
        #expect(configuration.sealing?.recipients == Set(recipients.map { $0.lowercased() }))
    }

    /// It reads as if nothing were sealed, where all would be.
    @Test func anEmptyListOfThoseToSealForIsRefused() {
        #expect(
            ConfigurationText.problems(text(Self.arc + "[]\n")) == [
                "sekisho.toml:7: arc.recipients: it is an empty list. Remove the key to mean all, or name addresses and domains"
            ])
    }

    @Test func aSealThatManyReceiversFailIsWarnedOf() throws {
        let sealed = Self.arc + "\"isp.example\"\n"
        #expect(try ConfigurationText.parse(text(sealed)).warnings.isEmpty)
        let configuration = try ConfigurationText.parse(text(sealed.replacing("rsa.pem", with: "ed25519.pem")))
        #expect(
            configuration.warnings.map(\.description) == [
                "sekisho.toml:6: arc.key: it is an Ed25519 key, but ARC seals with rsa-sha256 (RFC 8617): many receivers fail other seals. Make one with: sekisho dkim keygen --algorithm rsa"
            ])
    }

    @Test func twoKeysOfADomainNeedSelectorsOfTheirOwn() {
        let key = "[[sign]]\ndomain = \"isp.example\"\nselector = \"s1\"\nkey = \"KEYS/rsa.pem\"\n"
        let problems = ConfigurationText.problems(text(key + key))
        #expect(problems.count == 1 && problems.first?.contains("s1._domainkey.isp.example is another key's") == true)
    }
}
