import ArgumentParser
import ControlProtocol

struct Why: ViewCommand {
    static let configuration = CommandConfiguration(
        abstract: "What was asked and answered, by which rule and figures, newest first.")

    @Argument(help: "Login, source, queue ID, or Postfix's instance.") var subject: String
    @OptionGroup var page: PageOptions
    @OptionGroup var engine: EngineOptions

    func query() throws -> ViewQuery { try page.query(.why, subject: subject) }
}
