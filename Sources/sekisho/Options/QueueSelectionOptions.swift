import ArgumentParser
import ControlProtocol

/// Which queued messages.
struct QueueSelectionOptions: ParsableArguments {
    @Argument(help: "Queue IDs, as instance/ID or ID alone.")
    var messages: [String] = []

    @Option(help: "All that this account has queued.")
    var account: String?

    @Option(help: "All that this filter of `sekisho queue list` lets through.")
    var filter: String?

    @Flag(help: "The whole queue.")
    var all = false

    func validate() throws {
        let ways = [!messages.isEmpty, account != nil, filter != nil, all].count { $0 }
        guard ways == 1 else {
            throw ValidationError(
                ways == 0
                    ? "Name messages by queue ID, or give --account, --filter or --all."
                    : "Give queue IDs, --account, --filter or --all, but only one of them.")
        }
        if filter?.allSatisfy(\.isWhitespace) == true {
            throw ValidationError("--filter is empty; for the whole queue say --all.")
        }
    }

    var selection: QueueSelection {
        if all { return .everything }
        if let account { return .account(name: account) }
        if let filter { return .filter(text: filter) }
        return .messages(ids: messages)
    }
}
