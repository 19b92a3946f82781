import ArgumentParser
import Foundation
import MailAuthentication
import PolicyEngine

struct CheckMessage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "message",
        abstract: "Check SPF, Sender ID, DKIM, ARC and DMARC of one message, and explain each step.")

    @Argument(help: "The message, as in RFC 5322, or - for standard input.", completion: .file()) var file: String
    @OptionGroup var client: ClientOptions
    @OptionGroup var dns: ResolverOption
    @Option(help: ArgumentHelp("Who vouches in the header field that is shown.", valueName: "name"))
    var authservID = "localhost"
    @Flag(help: "Print the result as JSON, one object.") var json = false

    /// A message is read into memory here; the engine's own way has no such bound.
    private static let mostBytes = 100_000_000

    private struct Result: Encodable {
        var results: [MethodFinding]
        var authenticationResults: String
        /// What DMARC's record asks to be done with the message: `none`, `quarantine` or `reject`.
        var policy: String
    }

    func run() async throws {
        let client = try client.client()
        let message = try readMessage()
        let check = MessageCheck(resolver: try dns.makeResolver(), receiver: authservID)
        var reading = check.read(message.header)
        reading.hasher.update(message.body)
        let outcome = await check.finish(
            reading, MessageCheck.Envelope(client: client, mailFrom: self.client.mailFrom), at: ClientOptions.now,
            trace: true)
        let result = Result(
            results: outcome.findings.map { MethodFinding($0.result, steps: $0.steps, spf: $0.spf) },
            authenticationResults: AuthenticationResultsWriter(lineEnding: .lf).write(
                authservID: authservID, results: outcome.results),
            policy: outcome.policy.requestedPolicy.rawValue)
        guard !json else { return print(try Output.json(result)) }
        print(result.results.map(\.text).joined(separator: "\n\n"))
        print("\nThe domain's policy: \(result.policy)\n")
        print("\(AuthenticationResultsWriter.fieldName): \(result.authenticationResults)")
    }

    private func readMessage() throws -> MessageText {
        guard let handle = file == "-" ? .standardInput : FileHandle(forReadingAtPath: file),
            let bytes = try? handle.read(upToCount: Self.mostBytes + 1) ?? Data()
        else {
            Output.error("\(file): there is no such file, or it cannot be read")
            throw CommandStatus.notFound.code
        }
        guard bytes.count <= Self.mostBytes else {
            Output.error("\(file): it is larger than \(Self.mostBytes) bytes")
            throw CommandStatus.failed.code
        }
        return MessageText(Array(bytes))
    }
}
