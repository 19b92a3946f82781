import Glibc

extension sockaddr_in {
    static func ipv4(_ address: String, port: UInt16) -> sockaddr_in {
        var result = sockaddr_in()
        result.sin_family = sa_family_t(AF_INET)
        result.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &result.sin_addr)
        return result
    }
}

extension sockaddr_un {
    static func unix(_ path: String) -> sockaddr_un {
        var result = sockaddr_un()
        result.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &result.sun_path) { room in
            precondition(path.utf8.count < room.count, "the address of a UNIX socket is at most 107 bytes: \(path)")
            room.copyBytes(from: path.utf8)
        }
        return result
    }
}
