import ArgumentParser
import Foundation
import Glibc

struct MilterLoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "milter",
        abstract: "Show a milter messages as Postfix does: one in flight on each connection.")

    @OptionGroup var mail: MilterMailOptions

    @OptionGroup var load: LoadOptions

    @Option(help: "The milter's process, to tell its CPU time a message.")
    var pid: Int32?

    func validate() throws {
        if let pid, ServerProcess(id: pid) == nil { throw ValidationError("there is no process \(pid)") }
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        var client = try MilterLoadClient(
            load.target, connections: load.connections, mail: try mail.mail, extent: load.extent)
        try load.tell(try client.run(process: pid.flatMap(ServerProcess.init(id:))))
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
