import Crypto
import CryptoExtras
import Foundation
import Glibc
import MailAuthentication

/// What all milters are measured on: a key, the records that publish it, the message without a signature and with one, and
/// a DNS.
struct MilterField {
    let folder: String
    let keyFile: String
    let unsigned: MilterMail
    let signed: MilterMail
    let dnsPort: UInt16
    private let key: DKIMPrivateKey
    private let records: [(name: String, text: String)]

    static let domain = "example.org"
    static let selector = "s1"

    /// - Throws: ``SystemError``, `DKIMPrivateKeyError`.
    init(folder: String) throws {
        self.folder = folder
        let pair = try DKIMKeyPair.generate(.rsa(bits: 2048))
        key = pair.privateKey
        keyFile = folder + "/key.pem"
        try Data(key.pem.utf8).write(to: URL(fileURLWithPath: keyFile))
        // Whoever OpenDKIM and Rspamd run as reads it; Sekisho takes none that everybody may read.
        guard chmod(keyFile, 0o600) == 0 else { throw SystemError("chmod \(keyFile)") }
        records = [
            (Self.domain, "v=spf1 ip4:192.0.2.0/24 -all"), ("mail.\(Self.domain)", "v=spf1 a -all"),
            ("_dmarc.\(Self.domain)", "v=DMARC1; p=reject"),
            ("\(Self.selector)._domainkey.\(Self.domain)", pair.recordText),
        ]
        unsigned = MilterMail()
        var signed = MilterMail()
        signed.addField("DKIM-Signature", try Self.signature(of: unsigned, with: key))
        self.signed = signed
        dnsPort = try Self.freePort()
    }

    private static func signature(of mail: MilterMail, with key: DKIMPrivateKey) throws -> [UInt8] {
        let signer = DKIMSigner(
            domain: DomainName(domain), keys: [DKIMSigner.Key(selector: DomainName(selector), privateKey: key)])
        var header = MessageHeader()
        for (name, value) in mail.header { header.append(name: name, value: withCRLF(value)) }
        var hasher = BodyHasher()
        signer.prepare(&hasher)
        hasher.update(mail.body)
        // 2026-10-05T00:00:00Z
        let signatures = try signer.sign(header, body: hasher.finish(), at: .init(1_791_158_400_000))
        return signatures.first.map { $0.filter { $0 != 0x0D } } ?? []
    }

    private static func withCRLF(_ value: [UInt8]) -> [UInt8] { value.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } }

    /// The record of the key as OpenDKIM's data sets have it.
    var keyRecordLine: String { records.suffix(1).map { "\($0.name) \($0.text)\n" }.joined() }

    private static func freePort() throws -> UInt16 {
        let socket = try Socket.listening(on: .tcp(host: "127.0.0.1", port: "0"))
        defer { socket.close() }
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket.descriptor, $0, &length) }
        }
        guard status == 0 else { throw SystemError("ask for a port") }
        return UInt16(bigEndian: address.sin_port)
    }

    /// An unbound that has these records and no others.
    ///
    /// - Throws: ``ComparisonError``.
    func startDNS() throws -> Child {
        // A character-string holds 255 bytes (RFC 1035 section 3.3).
        let data = records.map { name, text in
            let bytes = Array(text.utf8)
            let strings = stride(from: 0, to: bytes.count, by: 255).map {
                "\"" + String(decoding: bytes[$0..<min($0 + 255, bytes.count)], as: UTF8.self) + "\""
            }
            return "  local-data: '\(name). 3600 IN TXT \(strings.joined(separator: " "))'\n"
        }
        let file = folder + "/unbound.conf"
        try write(
            """
            server:
              directory: "\(folder)"
              chroot: ""
              username: ""
              pidfile: ""
              use-syslog: no
              do-daemonize: no
              num-threads: 1
              interface: 127.0.0.1@\(dnsPort)
              module-config: "iterator"
              local-zone: "." static
              local-data: "mail.\(Self.domain). 3600 IN A 192.0.2.1"
              local-data: "1.2.0.192.in-addr.arpa. 3600 IN PTR mail.\(Self.domain)."
              local-data: ". 3600 IN SOA a. b. 1 3600 3600 3600 3600"
            \(data.joined())
            remote-control:
              control-enable: no

            """, to: file)
        let child = try Child("/usr/sbin/unbound", ["-d", "-c", file])
        do {
            try child.waitUntilReady(at: .tcp(host: "127.0.0.1", port: String(dnsPort)), seconds: 10)
        } catch {
            child.end()
            throw error
        }
        return child
    }

    func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    }

    /// Microseconds that one RSA operation takes on a core: the least that signing, or verifying, can cost.
    func microsecondsOfRSA(_ work: MilterWork) throws -> Double {
        let digest = SHA256.hash(data: Data("a header".utf8))
        guard case .rsa(let key) = key else { return 0 }
        let signature = try key.signature(for: digest, padding: .insecurePKCS1v1_5)
        let count = work == .sign ? 500 : 5_000
        let start = MonotonicTime.now
        for _ in 0..<count {
            switch work {
            case .sign: _ = try key.signature(for: digest, padding: .insecurePKCS1v1_5)
            case .verify: _ = key.publicKey.isValidSignature(signature, for: digest, padding: .insecurePKCS1v1_5)
            }
        }
        return Double(MonotonicTime.now - start) / 1e3 / Double(count)
    }
}

/// What milters are asked to do.
enum MilterWork: String, Codable, CaseIterable {
    case verify, sign
}
