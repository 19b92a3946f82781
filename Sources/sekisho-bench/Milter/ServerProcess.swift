import Foundation
import Glibc

/// The milter, as far as the system tells of its CPU time.
struct ServerProcess {
    private let id: Int32

    /// `nil` if there is no such process.
    init?(id: Int32) {
        self.id = id
        if cpuNanoseconds == nil { return nil }
    }

    /// User and system time of all threads of it and of its children (proc(5), `utime` and `stime`), to 10 ms; `nil` if it
    /// has ended.
    var cpuNanoseconds: UInt64? {
        guard let own = Self.cpuNanoseconds(id) else { return nil }
        return children.reduce(own) { $0 + (Self.cpuNanoseconds($1) ?? 0) }
    }

    private var children: [Int32] {
        let path = "/proc/\(id)/task/\(id)/children"
        let ids = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return ids.split(separator: " ").compactMap { Int32($0) }
    }

    private static func cpuNanoseconds(_ id: Int32) -> UInt64? {
        guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            // The name in parentheses may hold anything.
            let name = stat.lastIndex(of: ")")
        else { return nil }
        let fields = stat[name...].split(separator: " ")
        guard fields.count > 13, let user = UInt64(fields[12]), let system = UInt64(fields[13]) else { return nil }
        return (user + system) * 1_000_000_000 / UInt64(max(sysconf(Int32(_SC_CLK_TCK)), 1))
    }
}
