import ArgumentParser
import ControlProtocol

/// How the command ends, for scripts. 64 is the argument parser's own (`EX_USAGE` of sysexits.h).
enum CommandStatus: Int32, CaseIterable {
    case done = 0
    case failed = 1
    case notFound = 3
    case forbidden = 4
    case unreachable = 5
    case notConfirmed = 6
    case partlyDone = 7
    case usage = 64

    var meaning: String {
        switch self {
        case .done: "done"
        case .failed: "failed; nothing was changed unless the message says so"
        case .notFound: "what it names is not there"
        case .forbidden: "your roles do not allow it"
        case .unreachable: "no engine answers on the socket, or not in time"
        case .notConfirmed: "not confirmed: a no, or no terminal to ask on and no --yes"
        case .partlyDone: "done in part: standard error says what was not"
        case .usage: "wrong arguments, or a limit, rate or filter that is none"
        }
    }

    static var table: String {
        "EXIT STATUS:\n"
            + allCases.map { status in
                let code = String(status.rawValue)
                return "  " + code + String(repeating: " ", count: 4 - code.count) + status.meaning
            }.joined(separator: "\n")
    }

    var code: ExitCode { ExitCode(rawValue) }
}

extension CommandStatus {
    init(of error: ControlError) {
        switch error.code {
        case ControlError.forbidden("").code: self = .forbidden
        case ControlError.notFound("").code: self = .notFound
        case ControlError.unreachable("").code: self = .unreachable
        case ControlError.invalidParameters("").code: self = .usage
        default: self = .failed
        }
    }
}
