import ArgumentParser
import Glibc

struct NullCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "null",
        abstract: "The floor under every policy server: answers DUNNO to each request and does nothing else.",
        discussion: "Runs until it is stopped. A figure means something only beside this one's in the same run.")

    @Argument(help: "The path of a UNIX socket, or host:port.")
    var target: Target

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        var server = try NullServer(target)
        try server.run()
    }
}
