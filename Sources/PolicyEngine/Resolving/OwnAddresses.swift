import Glibc
import MailPolicy

/// The addresses of this machine by which others could see it.
package enum OwnAddresses {
    /// Those of its interfaces, each once, without those that lead nowhere outside: loopback, link-local, private
    /// (RFC 1918, RFC 4193), shared (RFC 6598), multicast.
    package static var global: [IPAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next {
            next = entry.pointee.ifa_next
            guard let address = entry.pointee.ifa_addr.flatMap(text).flatMap({ IPAddress($0) }) else { continue }
            if isGlobal(address), !addresses.contains(address) { addresses.append(address) }
        }
        return addresses
    }

    package static func isGlobal(_ address: IPAddress) -> Bool { !local.contains { $0.contains(address) } }

    private static let local = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.168.0.0/16", "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8",
    ].compactMap { try? Network(parsing: $0) }

    private static func text(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
        let family = Int32(address.pointee.sa_family)
        guard family == AF_INET || family == AF_INET6 else { return nil }
        let length = family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(address, socklen_t(length), &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0
        else { return nil }
        // What stands behind % is the interface.
        let bytes = host.prefix { $0 != 0 && $0 != CChar(UInt8(ascii: "%")) }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
