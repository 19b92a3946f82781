import Foundation
import Glibc

/// A real unbound on a free port of the loopback, with the given clauses in its own configuration.
final class UnboundServer {
    let port: UInt16
    private let folder: URL
    private let process: Process

    struct NotStarted: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter clauses: what stands in the `server:` clause, and other clauses after it.
    init(_ clauses: String) throws {
        folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("unbound-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let port = try Self.freePort()
        self.port = port
        let configuration = """
            server:
              directory: "\(folder.path)"
              chroot: ""
              username: ""
              pidfile: ""
              logfile: "\(folder.path)/log"
              use-syslog: no
              do-daemonize: no
              num-threads: 1
              interface: 127.0.0.1@\(port)
              access-control: 127.0.0.0/8 allow
              do-not-query-localhost: yes
              module-config: "iterator"
            \(clauses)
            remote-control:
              control-enable: no
            """
        let file = folder.appendingPathComponent("unbound.conf")
        try Data(configuration.utf8).write(to: file)
        let program = "/usr/sbin/unbound"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw NotStarted(description: "\(program) is missing: install Debian's unbound")
        }
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-d", "-c", file.path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        try waitUntilItListens()
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    var address: String { "127.0.0.1:\(port)" }

    private func waitUntilItListens() throws {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(connection) }
            if loopback(port, { connect(connection, $0, $1) }) == 0 { return }
            guard process.isRunning else { break }
            usleep(5_000)
        }
        let log = (try? String(contentsOf: folder.appendingPathComponent("log"), encoding: .utf8)) ?? ""
        throw NotStarted(description: "unbound does not listen: \(log)")
    }

    private static func freePort() throws -> UInt16 {
        let silent = try SilentSocket()
        return silent.port
    }
}

/// A UDP socket that takes questions and never answers.
final class SilentSocket {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var bound = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        guard loopback(0, { bind(descriptor, $0, $1) }) == 0,
            withUnsafeMutablePointer(
                to: &bound,
                {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
                }) == 0
        else { throw UnboundServer.NotStarted(description: "no UDP port on the loopback") }
        port = UInt16(bigEndian: bound.sin_port)
    }

    deinit { close(descriptor) }

    var address: String { "127.0.0.1:\(port)" }
}

private func loopback(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
}
