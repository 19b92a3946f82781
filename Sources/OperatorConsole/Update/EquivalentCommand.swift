import ControlProtocol

extension Screen {
    /// The command line that prints what this screen shows.
    var command: String {
        switch view {
        case .account, .source, .carrier, .message, .why:
            return "sekisho why " + shellQuoted(subject ?? "")
        case .overview: return "sekisho top overview"
        default: break
        }
        var command = "sekisho top " + view.rawValue
        if !filter.isEmpty { command += " --filter " + shellQuoted(filter) }
        if let sort { command += " --sort " + sort + (descending ? "" : " --ascending") }
        return command
    }
}
