import Foundation
import Synchronization

/// One engine at a time: `flock(2)` on a file beside the database.
///
/// The kernel lets go of it when the process ends, however it ends. It is not on the database itself, because closing
/// any descriptor of that file would drop SQLite's own locks in this process (fcntl(2), "record locks"). The file is
/// never removed: another engine could hold a lock on the name that is gone.
final class StoreLock: Sendable {
    /// `nil` once it is released.
    private let descriptor: Mutex<Int32?>

    /// - throws: ``PolicyStoreError/Reason/inUse(process:)`` while another engine holds it;
    ///   ``PolicyStoreError/Reason/inaccessible`` where the lock file cannot be made.
    init(databasePath: String) throws(PolicyStoreError) {
        let path = databasePath + ".lock"
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw PolicyStoreError(
                .inaccessible, path: databasePath, operation: "lock the store",
                detail: "\(path): \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let holder = Self.holder(descriptor)
            Foundation.close(descriptor)
            throw PolicyStoreError(
                .inUse(process: holder), path: databasePath, operation: "lock the store",
                detail: "another engine has it open" + (holder.map { ", process \($0)" } ?? ""))
        }
        self.descriptor = Mutex(descriptor)
        // For people and for the message above; the lock itself does not need it.
        let line = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = pwrite(descriptor, line, line.count, 0)
    }

    deinit { release() }

    /// Lets the next engine in; once is enough.
    func release() {
        descriptor.withLock { open in
            if let open {
                // Not left to close: a child that was being started just now has the descriptor for a moment longer.
                flock(open, LOCK_UN)
                Foundation.close(open)
            }
            open = nil
        }
    }

    private static func holder(_ descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes[..<count].prefix { $0 != 0x0A }, as: UTF8.self))
    }
}
