import Foundation

@testable import sekisho_bench

/// A path for a socket that goes away with the test.
final class SocketFile {
    let target: Target
    private let path = NSTemporaryDirectory() + "bench-\(UUID().uuidString.prefix(13)).sock"

    init() { target = .unix(path: path) }

    deinit { unlink(path) }
}
