import Foundation

/// A folder of a test's own, short enough for the path of a UNIX socket, gone with the value.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init() throws {
        path = "/tmp/sekisho-" + UUID().uuidString.prefix(13)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    package func file(_ name: String) -> String { path + "/" + name }
}

/// Waits until a condition holds.
///
/// - Returns: `false` when it still does not after `limit`.
package func eventually(
    within limit: Duration = .seconds(20), _ condition: @Sendable () async throws -> Bool
) async rethrows -> Bool {
    let end = ContinuousClock.now.advanced(by: limit)
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(5))
    }
    return try await condition()
}
