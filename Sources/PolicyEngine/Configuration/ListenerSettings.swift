import MailPolicy

/// `[[listen]]`: a socket on which Postfix asks.
package struct ListenerSettings: Sendable, Hashable {
    package enum Endpoint: Sendable, Hashable {
        case unix(SocketFile)
        /// An address without brackets, and a port; port 0 lets the system choose.
        case tcp(host: String, port: Int)
    }

    package var endpoint: Endpoint
    /// The gate of every request on this socket, whatever its `policy_context` says; `nil` to go by that.
    package var gate: Gate?

    package init(endpoint: Endpoint, gate: Gate? = nil) {
        self.endpoint = endpoint
        self.gate = gate
    }
}

/// A UNIX socket in the file system, and who may connect to it.
package struct SocketFile: Sendable, Hashable {
    package var path: String
    /// Permission bits.
    package var mode: UInt16
    /// Group that owns it; `nil` for the engine's own.
    package var group: String?

    package init(path: String, mode: UInt16 = 0o660, group: String? = nil) {
        self.path = path
        self.mode = mode
        self.group = group
    }

    /// The longest path that fits into `sockaddr_un` with its closing NUL (unix(7)).
    package static let longestPath = 107
}

extension ListenerSettings.Endpoint: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unix(let file): file.path
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}

// MARK: - Reading

extension ListenerSettings {
    /// `nil` if its endpoint cannot be read; that was reported.
    init?(reading section: ConfigurationSection) {
        let gate = section.choice("gate", among: Gate.allCases, \.name)
        let endpoint = Endpoint(reading: section)
        section.finish()
        guard let endpoint else { return nil }
        self.init(endpoint: endpoint, gate: gate)
    }

    /// All `[[listen]]`.
    static func all(reading root: ConfigurationSection, _ sockets: inout ClaimedSockets) -> [ListenerSettings] {
        root.sections("listen").compactMap { section in
            guard let listener = ListenerSettings(reading: section) else { return nil }
            sockets.claim(listener.endpoint, section)
            return listener
        }
    }
}

/// The sockets that a configuration listens on. Two servers on one are an error.
struct ClaimedSockets {
    private var places: [String: String] = [:]

    mutating func claim(_ endpoint: ListenerSettings.Endpoint, _ section: ConfigurationSection) {
        let name = endpoint.description
        if let first = places[name], !name.hasSuffix(":0") {
            section.document.report(
                section.path, "\(name) is listened on already (\(section.document.place(of: first)))",
                remedy: "Each [[listen]] and [[milter]] needs a socket of its own")
        }
        places[name] = section.path
    }
}

extension ListenerSettings.Endpoint {
    /// Reads `path`, `mode` and `group`, or `address`. `nil` if there is none to use; that was reported.
    init?(reading section: ConfigurationSection) {
        let file = SocketFile(reading: section, path: "path")
        let address = section.text("address")
        switch (file, address) {
        case (let file?, nil): self = .unix(file)
        case (nil, let address?):
            guard let endpoint = Self(address: address) else {
                section.report(
                    "address", "\"\(address)\" is no address with a port",
                    remedy: "Write \"127.0.0.1:10040\" or \"[::1]:10040\"")
                return nil
            }
            if section.has("mode") || section.has("group") {
                section.report("address", "mode and group are for UNIX sockets (path) only")
            }
            self = endpoint
        default:
            if !section.has("path") && !section.has("address") || file != nil {
                section.document.report(
                    section.path, "it needs either path (a UNIX socket) or address (TCP), and not both")
            }
            return nil
        }
    }
}

extension SocketFile {
    /// `nil` if there is no usable path.
    init?(reading section: ConfigurationSection, path name: String, default standard: String? = nil) {
        let mode = section.mode("mode", default: 0o660)
        let group = section.group("group")
        guard let path = section.filePath(name) ?? standard else { return nil }
        guard path.utf8.count <= Self.longestPath else {
            section.report(
                name, "the path has \(path.utf8.count) bytes; a UNIX socket's has \(Self.longestPath) at most")
            return nil
        }
        self.init(path: path, mode: mode, group: group)
    }
}

extension ListenerSettings.Endpoint {
    /// Reads `127.0.0.1:10040`, `[::1]:10040`. Names are not looked up: what answers Postfix is to be certain.
    init?(address text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let portText = text[text.index(after: colon)...]
        guard let port = UInt16(portText), portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard IPAddress(String(host)) != nil else { return nil }
        self = .tcp(host: String(host), port: Int(port))
    }
}
