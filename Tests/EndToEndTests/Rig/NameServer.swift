import Foundation

/// A real unbound on a port of the loopback, which knows the records of a test and nothing else.
struct NameServer: Sendable {
    /// As the engine's `resolver` takes it.
    let address: String
    private let process: ChildProcess

    /// - Parameter records: lines of a zone file: `isp.example. IN TXT "v=spf1 -all"`.
    init(in folder: TemporaryFolder, records: [String]) async throws {
        let port = try FreePort.next()
        let home = try folder.makeFolder("unbound")
        address = "127.0.0.1:\(port)"
        let data = records.map { "  local-data: '\($0)'\n" }.joined()
        try folder.write(
            """
            server:
              directory: "\(home)"
              chroot: ""
              username: ""
              pidfile: ""
              use-syslog: no
              logfile: "\(home)/log"
              do-daemonize: no
              num-threads: 1
              interface: 127.0.0.1@\(port)
              access-control: 127.0.0.0/8 allow
              module-config: "iterator"
              local-zone: "example." static
            \(data)
            remote-control:
              control-enable: no

            """, to: "unbound/unbound.conf")
        process = try ChildProcess("/usr/sbin/unbound", ["-d", "-c", home + "/unbound.conf"], output: home + "/output")
        do {
            try await eventually("unbound on \(address)") { await Listener.answers(on: port) }
        } catch {
            await process.end()
            throw RigError("\(error)\n\(folder.read("unbound/output"))\n\(folder.read("unbound/log"))")
        }
    }

    func end() async {
        await process.end()
    }
}
