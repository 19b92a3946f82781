import ArgumentParser
import ControlProtocol

struct LimitList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Limits of the plans, or those of one account with what is used of them.")

    @Argument(help: "Login of the account.") var account: String?
    @OptionGroup var engine: EngineOptions

    func run() async throws {
        try await engine.withEngine { link in
            let frame = try await link.view(query)
            guard !engine.json, case .account(let detail) = frame.content else {
                return try Output.print(frame: frame, json: engine.json)
            }
            print(FrameText(frame).limits(detail.limits).text)
        }
    }

    private var query: ViewQuery {
        account.map { ViewQuery(.account, subject: $0) } ?? ViewQuery(.plans, limit: ViewQuery.maximumRows)
    }
}
