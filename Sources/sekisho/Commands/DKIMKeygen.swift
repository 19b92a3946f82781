import ArgumentParser
import Foundation
import MailAuthentication

struct DKIMKeygen: AsyncParsableCommand {
    enum Algorithm: String, ExpressibleByArgument, CaseIterable {
        case rsa, ed25519
    }

    static let configuration = CommandConfiguration(
        commandName: "keygen", abstract: "Make a key, and print the DNS record that publishes it.",
        discussion: "The key goes into a new file that its owner alone can read (PKCS #8, PEM).")

    @Option(help: "The domain that signs.") var domain: String
    @Option(help: "The selector: a name for this key, such as 202611.") var selector: String
    @Option(help: "rsa, which every receiver verifies, or ed25519.") var algorithm = Algorithm.rsa
    @Option(help: "Bits of an RSA key, 1024 to 4096.") var bits = 2048
    @Option(help: "Where the key goes; by default SELECTOR.DOMAIN.pem.", completion: .file()) var out: String?
    @Flag(help: "Print the result as JSON, one object.") var json = false

    private struct Result: Encodable {
        var file: String
        var name: String
        var record: String
        var zoneFileLine: String
    }

    func run() async throws {
        let domain = try name(domain, "--domain")
        let selector = try name(selector, "--selector")
        let pair: DKIMKeyPair
        do {
            pair = try DKIMKeyPair.generate(algorithm == .rsa ? .rsa(bits: bits) : .ed25519)
        } catch {
            throw ValidationError("--bits: \(error)")
        }
        let file = out ?? "\(selector).\(domain).pem"
        try write(pair.privateKey.pem, to: file)
        let result = Result(
            file: file, name: "\(selector)._domainkey.\(domain)", record: pair.recordText,
            zoneFileLine: pair.zoneFileLine(selector: selector, domain: domain))
        if json { return print(try Output.json(result)) }
        Output.error("the key is in \(file); publish this record, and sign with it once it is seen everywhere:")
        print(result.zoneFileLine)
    }

    private func name(_ text: String, _ option: String) throws -> DomainName {
        let name = DomainName(text)
        let isPlain = name.text.utf8.allSatisfy {
            $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
        }
        guard name.canBeAsked, isPlain else {
            throw ValidationError(
                "\(option): \"\(visible(text))\" is no name of the DNS (letters, digits, hyphens, dots)")
        }
        return name
    }

    /// Never over a key that is there: what is signed with it would no longer verify.
    private func write(_ pem: String, to file: String) throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let why =
                errno == EEXIST ? "it is there already; name another with --out" : String(cString: strerror(errno))
            Output.error("\(file): \(why)")
            throw CommandStatus.failed.code
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data(pem.utf8))
        try handle.synchronize()
    }
}
