import Glibc

/// The system's users and groups (getpwuid(3), getgrouplist(3)). Look-ups may go to a directory service and block.
enum UserDatabase {
    /// The largest entry that is read, in bytes.
    private static let maximumEntryLength = 1 << 20
    private static let maximumGroups: Int32 = 4_096

    static func peer(_ credentials: PeerCredentials) -> ControlPeer {
        let user = user(credentials.userID)
        var groupIDs = [credentials.groupID]
        if let user { groupIDs += groups(of: user.login, primary: user.groupID) }
        var seen: Set<UInt32> = []
        let names = groupIDs.filter { seen.insert($0).inserted }.compactMap(groupName)
        return ControlPeer(
            userID: credentials.userID, groupID: credentials.groupID, processID: credentials.processID,
            login: user?.login ?? "uid:\(credentials.userID)", groups: names)
    }

    static func groupID(named name: String) -> UInt32? {
        withGrowingBuffer { buffer, length in
            var entry = group()
            var found: UnsafeMutablePointer<group>?
            let code = getgrnam_r(name, &entry, buffer, length, &found)
            return (code, found.map { $0.pointee.gr_gid })
        }
    }

    private static func user(_ id: UInt32) -> (login: String, groupID: UInt32)? {
        withGrowingBuffer { buffer, length in
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let code = getpwuid_r(id, &entry, buffer, length, &found)
            return (
                code,
                found.flatMap { entry in
                    entry.pointee.pw_name.map { (String(cString: $0), entry.pointee.pw_gid) }
                }
            )
        }
    }

    private static func groupName(_ id: UInt32) -> String? {
        withGrowingBuffer { buffer, length in
            var entry = group()
            var found: UnsafeMutablePointer<group>?
            let code = getgrgid_r(id, &entry, buffer, length, &found)
            return (code, found.flatMap { entry in entry.pointee.gr_name.map { String(cString: $0) } })
        }
    }

    private static func groups(of login: String, primary: UInt32) -> [UInt32] {
        var count: Int32 = 64
        while true {
            var ids = [gid_t](repeating: 0, count: Int(count))
            let room = count
            if getgrouplist(login, primary, &ids, &count) >= 0 { return Array(ids.prefix(Int(count))) }
            guard room < maximumGroups else { return ids }
            count = min(max(count, room * 2), maximumGroups)
        }
    }

    /// Calls a `_r` function again with twice the room for as long as it says ERANGE.
    private static func withGrowingBuffer<Value>(
        _ body: (_ buffer: UnsafeMutablePointer<CChar>, _ length: Int) -> (code: Int32, value: Value?)
    ) -> Value? {
        var length = 4_096
        while length <= maximumEntryLength {
            let (code, value) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: length) { buffer in
                buffer.baseAddress.map { body($0, length) } ?? (ENOMEM, nil)
            }
            if code != ERANGE { return value }
            length *= 2
        }
        return nil
    }
}
