import MailPolicy

/// How the DNS is asked.
package struct ResolverSettings: Sendable, Equatable {
    package enum Servers: Sendable, Equatable {
        /// The name servers of a file in the form of resolv.conf(5).
        case system(path: String)
        /// Recursive servers. More than one are each other's stand-ins.
        case forwarders([ResolverServer])
    }

    package var servers = Servers.system(path: "/etc/resolv.conf")
    /// How long one question may take, repeats included, until its answer is ``ResolverFailure/timedOut``.
    package var timeout: Milliseconds = 5_000
    /// A file of DS or DNSKEY records. With none nothing is validated, and no answer is secure or bogus.
    package var trustAnchorFile: String?
    package var cache = AnswerCacheBounds()
    /// Questions that the servers may be asked at one time. What is over it fails at once.
    package var lookupsInFlight = 1_000
    package var answer = AnswerBounds()

    package init() {}
}

/// What is read of one answer. One over it is ``ResolverFailure/malformed``.
package struct AnswerBounds: Sendable, Equatable {
    package var records = 256
    /// Of the data of all records together.
    package var bytes = 64 << 10

    package init() {}
}

/// A recursive name server: an address and a port.
package struct ResolverServer: Sendable, Equatable {
    package var address: IPAddress
    package var port: UInt16

    package init(address: IPAddress, port: UInt16 = 53) {
        self.address = address
        self.port = port
    }

    /// Reads `192.0.2.1:53`, `[2001:db8::1]:53`, or an address alone. Names are no use here: it takes a resolver to
    /// look them up.
    /// - Throws: ``ResolverError/badServer(_:)``.
    package init(parsing text: String) throws(ResolverError) {
        if let address = IPAddress(text) {
            self.init(address: address)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            throw .badServer(text)
        }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = IPAddress(String(host)), address.isV4 != isBracketed else { throw .badServer(text) }
        self.init(address: address, port: port)
    }

    /// As unbound.conf(5) writes it under `forward-addr`.
    var forwardAddress: String { "\(address)@\(port)" }
}

extension ResolverServer: CustomStringConvertible {
    package var description: String { address.isV4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}

/// Why there is no resolver.
package enum ResolverError: Error, Equatable, Sendable, CustomStringConvertible {
    case badServer(String)
    case noServer
    case unreadableFile(path: String, reason: String)
    /// What libunbound, or the system, said.
    case cannotStart(step: String, reason: String)

    package var description: String {
        switch self {
        case .badServer(let text):
            "resolver \"\(text)\": expected ADDRESS:PORT, such as 127.0.0.1:53 or [::1]:53"
        case .noServer: "resolver: no server is given"
        case .unreadableFile(let path, let reason): "resolver: \(path) cannot be read: \(reason)"
        case .cannotStart(let step, let reason): "resolver: \(step): \(reason)"
        }
    }
}
