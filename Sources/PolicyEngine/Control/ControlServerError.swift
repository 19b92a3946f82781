/// Why an engine cannot listen on its control socket. Nothing was removed or replaced.
package enum ControlServerError: Error, Sendable, Equatable, CustomStringConvertible {
    case inUse(path: String)
    case notASocket(path: String)
    case noSuchGroup(name: String)
    case system(call: String, path: String, code: Int32, reason: String)
    case cannotListen(path: String, reason: String)
    case noCredentials

    package var description: String {
        switch self {
        case .inUse(let path): "an engine already answers on \(path); stop it first, or give this one another socket"
        case .notASocket(let path): "\(path) is there and is no socket; move it away, or set another path"
        case .noSuchGroup(let name): "there is no group \"\(name)\" for the socket; create it, or set another"
        case .system(let call, let path, _, let reason): "\(call) \(path): \(reason)"
        case .cannotListen(let path, let reason): "cannot listen on \(path): \(reason)"
        case .noCredentials: "the control socket does not tell who its peer is"
        }
    }
}
