import ArgumentParser
import MailAuthentication
import PolicyEngine

struct CheckSPF: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "spf", abstract: "Check SPF for one client and sender, and explain each step.",
        discussion: "With --from the MAIL FROM identity, without it the HELO identity (RFC 7208 section 2).")

    @OptionGroup var client: ClientOptions
    @OptionGroup var dns: ResolverOption
    @Flag(help: "Print the result as JSON, one object.") var json = false

    func run() async throws {
        let resolver = try dns.makeResolver()
        let check = SPFCheck(
            resolver: resolver, records: SPFRecordCache(records: 100, bytes: 1 << 20), receiver: "unknown")
        let identity: SPFIdentity = client.mailFrom.isEmpty ? .helo : .mailFrom(client.mailFrom)
        let outcome = await check.check(identity, client: try client.client(), time: ClientOptions.now, trace: true)
        let found = MethodFinding(MethodResult(outcome), steps: outcome.trace.map(\.description), spf: outcome)
        print(try json ? Output.json(found) : found.text)
    }
}
