import ArgumentParser
import MailAuthentication
import MailPolicy
import PolicyEngine

struct DNSCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Tell what SPF, DKIM and DMARC records a domain publishes, and what is wrong with them.",
        discussion: """
            Ends with status 0 if nothing is wrong that makes mail fail or lets others forge it, and with 1 if something \
            is, or if the DNS does not answer.
            """)

    @Argument(help: "The domain.") var domain: String
    @Option(help: ArgumentHelp("An address that sends its mail; by default this machine's.", valueName: "address"))
    var ip: [String] = []
    @Option(help: ArgumentHelp("The selector of a key; by default usual ones are tried.", valueName: "name"))
    var selector: [String] = []
    @OptionGroup var dns: ResolverOption
    @Option(help: "Validate with DNSSEC from the keys in this file on.", completion: .file()) var trustAnchor: String?
    @Flag(help: "Print the result as JSON, one object.") var json = false

    func run() async throws {
        guard let name = DomainName(spelled: Array(domain.utf8)) else {
            throw ValidationError("\"\(visible(domain))\" is no domain; write isp.example")
        }
        let addresses = try ip.map { text in
            guard let address = IPAddress(text) else {
                throw ValidationError("--ip: \"\(visible(text))\" is no address; write 192.0.2.1 or 2001:db8::1")
            }
            return address
        }
        let resolver = try dns.makeResolver(trustAnchor: trustAnchor)
        let report = await DomainCheck(resolver: resolver).check(
            name, addresses: ip.isEmpty ? OwnAddresses.global : addresses, selectors: selector.map { DomainName($0) },
            expectsDNSSEC: trustAnchor != nil)
        let shown = DomainReportText(report, areOwnAddresses: ip.isEmpty)
        print(try json ? Output.json(shown) : shown.text)
        if report.hasErrors { throw CommandStatus.failed.code }
    }
}
