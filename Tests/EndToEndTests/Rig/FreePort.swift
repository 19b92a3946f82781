import Glibc
import Synchronization

/// TCP ports on 127.0.0.1 that nobody listens on. They lie below the range that the kernel gives to outgoing
/// connections, and no two tests of this process get the same one.
enum FreePort {
    private static let given = Mutex<Set<UInt16>>([])

    static func next() throws -> UInt16 {
        for _ in 0..<200 {
            let candidate = UInt16.random(in: 20_000..<32_000)
            guard given.withLock({ $0.insert(candidate).inserted }) else { continue }
            if isFree(candidate) { return candidate }
        }
        throw RigError("no free port on 127.0.0.1 in 200 attempts")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in.ipv4("127.0.0.1", port: port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
