import ArgumentParser
import ControlProtocol

struct Top: ViewCommand {
    enum Table: String, ExpressibleByArgument, CaseIterable {
        case senders, sources, carriers, domains, queue, actions, plans, overview
    }

    static let configuration = CommandConfiguration(abstract: "The first rows of a table.")

    @Argument(help: "Which table.") var table: Table
    @OptionGroup var page: PageOptions
    @OptionGroup var engine: EngineOptions

    func query() throws -> ViewQuery { try page.query(ViewKind(rawValue: table.rawValue) ?? .overview) }
}
