import Glibc

/// How many files and sockets the process may have open (getrlimit(2), RLIMIT_NOFILE).
enum DescriptorLimit {
    /// For listeners, the store, the control socket and Postfix's commands.
    private static let ownUse = 400

    private static var resource: __rlimit_resource_t { __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)) }

    /// As far as the system lets it: every policy connection takes one.
    static func raise() {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
    }

    /// Policy connections for which there is room.
    static var connections: Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return .max }
        let all = Int(clamping: limit.rlim_cur)
        return max(all - ownUse, all / 2)
    }
}
