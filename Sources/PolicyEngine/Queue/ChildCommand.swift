/// A program to run once, with all that it may use up.
struct ChildCommand: Sendable, Equatable {
    /// Program and arguments, as they are handed to the system: no shell reads them. A program without a slash is looked
    /// up in ``path``.
    var arguments: [String]
    /// What the child finds on its standard input.
    var input: [UInt8] = []
    /// After this the child is ended.
    var timeLimit: Duration
    /// Bytes of standard output after which the child is ended.
    var outputLimit = 1 << 32
    /// Bytes of standard error that are read; what follows is thrown away.
    var errorLimit = 4 << 20

    /// Where programs are looked up. Fixed, so that the engine's own environment decides nothing.
    static let path = "/usr/sbin:/usr/bin:/sbin:/bin"
}

/// How a child ended.
enum ChildEnd: Sendable, Equatable {
    case exited(code: Int32)
    case signalled(Int32)
}

/// Why a child gave no usable answer.
enum ChildProcessError: Error, Sendable, Equatable {
    /// The system did not start it.
    case notStarted(program: String, errno: Int32)
    case timeLimit(Duration)
    case outputLimit(bytes: Int)
    /// The task that waited for it was cancelled.
    case cancelled
    /// A pipe could not be made or used.
    case pipe(errno: Int32)
}
