import ArgumentParser
import ControlProtocol

struct Show: ViewCommand {
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case account, source, domain, carrier, message
    }

    static let configuration = CommandConfiguration(
        abstract: "All that the engine knows of one account, source, domain, carrier or message.")

    @Argument(help: "What it is.") var kind: Kind
    @Argument(help: "Login, address or network, domain, carrier, or queue ID.") var subject: String
    @OptionGroup var engine: EngineOptions

    func query() -> ViewQuery { ViewQuery(ViewKind(rawValue: kind.rawValue) ?? .account, subject: subject) }
}
