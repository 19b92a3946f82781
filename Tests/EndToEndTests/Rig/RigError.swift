import Glibc

/// Why a part of the rig could not do what a test asked of it, with what it printed.
struct RigError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }

    /// The text of the C library for `errno`, with what was tried.
    static func system(_ what: String, _ code: Int32 = errno) -> RigError {
        RigError("\(what): \(String(cString: strerror(code)))")
    }
}
