import ArgumentParser
import Foundation
import Glibc

struct MilterLoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "milter",
        abstract: "Show a milter messages as Postfix does: one in flight on each connection.")

    @OptionGroup var mail: MilterMailOptions

    @Option(name: [.customShort("k"), .long], help: "Connections, 1 to 10,000.")
    var connections = 8

    @Option(name: [.customShort("t"), .long], help: "How long, in seconds, up to 3,600.")
    var seconds = 5.0

    @Option(name: [.customShort("n"), .long], help: "How many messages, instead of a time; up to 1,000,000,000.")
    var count: Int?

    @Option(help: "The milter's process, to tell its CPU time a message.")
    var pid: Int32?

    @Flag(help: "Print the figures as one JSON object.")
    var json = false

    @Argument(help: "The path of a UNIX socket, or host:port.")
    var target: Target

    func validate() throws {
        guard (1...10_000).contains(connections) else {
            throw ValidationError("--connections is from 1 to 10000")
        }
        guard seconds > 0, seconds <= 3_600 else { throw ValidationError("--seconds is up to 3600") }
        guard count.map({ (1...1_000_000_000).contains($0) }) ?? true else {
            throw ValidationError("--count is from 1 to 1000000000")
        }
        if let pid, ServerProcess(id: pid) == nil { throw ValidationError("there is no process \(pid)") }
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        let extent = count.map(LoadClient.Extent.count) ?? .seconds(seconds)
        var client = try MilterLoadClient(target, connections: connections, mail: try mail.mail, extent: extent)
        let report = try client.run(process: pid.flatMap(ServerProcess.init(id:)))
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            print(report)
        }
    }
}

/// What is shown to the milter.
struct MilterMailOptions: ParsableArguments {
    @Option(help: "A message (RFC 5322) of up to 64 MB; by default one of 4.8 KB is made up.", completion: .file())
    var message: String?

    @Option(help: "The client's address.")
    var client = "192.0.2.1"

    @Option(help: "The client's name.")
    var name = "mail.example.org"

    @Option(help: "What the client said to be.")
    var helo = "mail.example.org"

    @Option(help: "The sender's address; empty for the null sender.")
    var from = "a@example.org"

    @Option(name: .customLong("rcpt"), help: "A recipient's address; may be given again.")
    var recipients: [String] = []

    @Option(help: "The SASL login of the client.")
    var login: String?

    var mail: MilterMail {
        get throws {
            var mail = MilterMail()
            if let message {
                let size = try FileManager.default.attributesOfItem(atPath: message)[.size] as? Int ?? 0
                guard size <= MilterMail.largestFile else {
                    throw ValidationError("\(message) has more than \(MilterMail.largestFile) bytes")
                }
                mail = MilterMail(message: Array(try Data(contentsOf: URL(fileURLWithPath: message))))
            }
            mail.clientAddress = client
            mail.clientName = name
            mail.helo = helo
            mail.sender = from
            if !recipients.isEmpty { mail.recipients = recipients }
            mail.login = login
            return mail
        }
    }
}
