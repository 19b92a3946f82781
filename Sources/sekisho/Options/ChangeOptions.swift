import ArgumentParser
import ControlProtocol

/// What every change takes.
struct ChangeOptions: ParsableArguments {
    static let maximumReasonLength = 1_000

    @Option(help: "Why; goes into the audit log with your name.")
    var reason: String?

    @Flag(help: "Print what it would hit, and change nothing.")
    var dryRun = false

    @Flag(help: "Do not ask before what cannot be undone.")
    var yes = false

    func validate() throws {
        guard dryRun || reason != nil else { throw ValidationError("Missing expected argument '--reason <reason>'") }
        guard let reason else { return }
        guard reason.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError("--reason is empty; say why, for those who read the audit log.")
        }
        guard reason.count <= Self.maximumReasonLength else {
            throw ValidationError("--reason has over \(Self.maximumReasonLength) characters.")
        }
    }
}
