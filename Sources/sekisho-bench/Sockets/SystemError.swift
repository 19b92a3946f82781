import Glibc

/// A call of the system that failed.
struct SystemError: Error, CustomStringConvertible {
    let action: String
    let code: CInt

    /// Takes `errno` as it is now.
    init(_ action: String, code: CInt = errno) {
        self.action = action
        self.code = code
    }

    var description: String { "cannot \(action): \(String(cString: strerror(code)))" }
}
