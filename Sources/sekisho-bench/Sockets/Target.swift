import ArgumentParser

/// Where a policy server listens.
enum Target: ExpressibleByArgument, CustomStringConvertible {
    /// The path of a UNIX socket: what has a slash, or no colon.
    case unix(path: String)
    case tcp(host: String, port: String)

    /// `/path`, `file`, `host:port`, `[::1]:port`.
    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        guard !argument.contains("/"), let colon = argument.lastIndex(of: ":") else {
            self = .unix(path: argument)
            return
        }
        let port = argument[argument.index(after: colon)...]
        var host = argument[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard UInt16(port) != nil, !host.isEmpty else { return nil }
        self = .tcp(host: String(host), port: String(port))
    }

    var description: String {
        switch self {
        case .unix(let path): path
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}
