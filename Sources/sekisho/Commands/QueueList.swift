import ArgumentParser
import ControlProtocol

struct QueueList: ViewCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Queued messages, oldest first.")

    @Option(help: "Only of this account.") var account: String?
    @Option(help: "Only to this carrier.") var carrier: String?
    @OptionGroup var page: PageOptions
    @OptionGroup var engine: EngineOptions

    func validate() throws {
        for name in [account, carrier].compactMap({ $0 }) where name.contains(where: \.isWhitespace) {
            throw ValidationError("\"\(name)\" has a space, which separates the terms of a filter.")
        }
        _ = try query()
    }

    func query() throws -> ViewQuery {
        let terms = [account.map { "account:" + $0 }, carrier.map { "carrier:" + $0 }].compactMap { $0 }
        return try page.query(.queue, adding: terms.joined(separator: " "))
    }
}
