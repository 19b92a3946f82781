import Foundation

/// A folder for one test, open to the unprivileged users that Postfix and Dovecot run as. Its path is short, since
/// the address of a UNIX socket holds 107 bytes.
struct TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/sekisho-e2e.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw RigError.system("mkdtemp") }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        guard chmod(path, 0o755) == 0 else { throw RigError.system("chmod \(path)") }
    }

    subscript(name: String) -> String { path + "/" + name }

    func makeFolder(_ name: String, mode: mode_t = 0o755, owner: String? = nil) throws -> String {
        let folder = self[name]
        guard mkdir(folder, mode) == 0, chmod(folder, mode) == 0 else { throw RigError.system("mkdir \(folder)") }
        if let owner { try Self.give(folder, to: owner) }
        return folder
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: self[name]))
    }

    func read(_ name: String) -> String {
        guard let bytes = FileManager.default.contents(atPath: self[name]) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    static func give(_ path: String, to user: String) throws {
        guard let entry = getpwnam(user) else { throw RigError("no user \(user): is its package installed?") }
        guard chown(path, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0 else {
            throw RigError.system("chown \(path)")
        }
    }
}
