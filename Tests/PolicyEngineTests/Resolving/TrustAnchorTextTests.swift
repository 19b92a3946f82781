import ControlTesting
import Foundation
import Testing

@testable import PolicyEngine

@Suite struct TrustAnchorTextTests {
    private static let digest = "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"
    private static let key = "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4="

    private static func fault(_ text: String) -> TrustAnchorText.Fault? {
        do {
            try TrustAnchorText.check(Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    /// Files in the forms in which root keys are handed out, by IANA, by distributions and by unbound-anchor(8).
    private static let good = [
        ". IN DS 20326 8 2 \(digest)\n",
        ".\t172800\tIN\tDNSKEY\t257 3 15 \(key) ;{id = 20326 (ksk), size = 256b}\r\n",
        "; autotrust trust anchor file\n;;id: . 1\n;;last_queried: 1795496400 ;;Tue\n\n. 172800 IN DNSKEY 257 3 15 \(key)",
        "$ORIGIN .\n$TTL 1d\n@ dnskey ( 257 3 ; flags\n  15 l02Woi0iS8Aa25FQkUd9RMzZHJpB\n\n  oRQwAQEX1SxZJA4= ) ; (\n",
        ". 1d12h DS 20326 RSASHA256 2 \(digest.prefix(32)) \(digest.dropFirst(32).lowercased())\n\t IN DS 38696 8 2 \(digest)\n",
        ". RRSIG DNSKEY 8 0 172800 20261211000000 20261120000000 20326 . AwEA\n. DS 20326 8 2 \(digest)\n",
    ]

    @Test(arguments: good) func theFormsInWhichKeysAreHandedOutAreGood(_ text: String) {
        #expect(Self.fault(text) == nil)
    }

    @Test(arguments: good) func whatIsGoodTheResolverTakes(_ text: String) throws {
        let folder = try TemporaryFolder()
        let file = folder.file("root.key")
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        var settings = ResolverSettings()
        settings.servers = .forwarders([try ResolverServer(parsing: "127.0.0.1:53")])
        settings.trustAnchorFile = file
        try UnboundContext(settings).close()
    }

    @Test(arguments: [
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", 1, "it is no DS or DNSKEY record"),
        (". IN DS 20326 8 2 \(digest)\n\nhello world\n", 3, "it is no DS or DNSKEY record"),
        ("trusted-keys {\n\".\" 257 3 15 \"\(key)\";\n};\n", 1, "it is no DS or DNSKEY record"),
        (". IN SOA a. b. 1 2 3 4 5\n", 1, "it is no DS or DNSKEY record"),
        (". CH DS 20326 8 2 \(digest)\n", 1, "it is no DS or DNSKEY record"),
        (". DS 20326 8 2 \(digest)Z\n", 1, "a DS record has a key tag, an algorithm, a digest type and a digest"),
        (". DS 20326 8 2\n", 1, "a DS record has a key tag, an algorithm, a digest type and a digest"),
        (". DS 99999 8 2 \(digest)\n", 1, "a DS record has a key tag, an algorithm, a digest type and a digest"),
        (". DNSKEY 257 4 15 \(key)\n", 1, "a DNSKEY record has flags, the protocol 3, an algorithm and a key"),
        (". DNSKEY 257 3 15 A=Z\n", 1, "a DNSKEY record has flags, the protocol 3, an algorithm and a key"),
        ("\n. DNSKEY 257 3 15 ( \(key)\n", 2, "there is a ( without its )"),
        (". DS ) 20326 8 2 \(digest)\n", 1, "there is a ) without its ("),
    ])
    func whatIsNoKeyIsToldWithItsLine(_ text: String, _ line: Int, _ problem: String) {
        #expect(Self.fault(text) == TrustAnchorText.Fault(line: line, problem: problem))
    }

    /// Of these libunbound says nothing, and validates nothing.
    @Test(arguments: ["", "; only a comment\n", "$TTL 3600\n", ". RRSIG DNSKEY 8 0 172800 1 1 20326 . AwEA\n"])
    func aFileWithoutKeysIsNoAnchor(_ text: String) {
        #expect(Self.fault(text) == TrustAnchorText.Fault(problem: "it holds no DS or DNSKEY record"))
    }
}
