import NIOCore

/// What a caller is told when a call cannot be made or its answer not be had.
extension ClientConnection {
    static func misunderstood(_ error: any Error) -> ControlError {
        let why = (error as? DecodingError)?.explanation(of: "the answer") ?? "\(error)"
        return .internalError("the engine's answer is not understood (\(why)); are both of the same version?")
    }

    static func tooLate(_ call: ControlCall, _ timeout: TimeAmount, _ path: String) -> ControlError {
        let seconds = timeout.nanoseconds / 1_000_000_000
        let change =
            switch call.method {
            case .perform, .importAccounts, .reload: "; whether it was done shows in `sekisho actions`"
            default: ""
            }
        return .unreachable("the engine on \(path) did not answer \(call.method.rawValue) within \(seconds) s" + change)
    }

    static func checkLength(of line: [UInt8], _ call: ControlCall) throws(ControlError) {
        let bounds = LineFraming.Bounds.requests
        let most = call.method == .importAccounts ? bounds.accountImport : bounds.general
        guard line.count <= most else {
            throw .invalidParameters(
                "\(call.method.rawValue) takes \(line.count) bytes and an engine reads at most \(most); divide it")
        }
    }
}
