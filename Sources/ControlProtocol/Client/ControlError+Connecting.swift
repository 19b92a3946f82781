import Glibc
import NIOCore

extension ControlError {
    /// Why a control socket cannot be reached, with what to do about it.
    init(connecting path: String, _ error: any Error) {
        switch (error as? IOError)?.errnoCode {
        case ENOENT:
            self = .unreachable(
                "no engine listens on \(path): there is no such socket; start `sekisho serve`, or name the engine's socket "
                    + "with --socket or SEKISHO_SOCKET")
        case ECONNREFUSED:
            self = .unreachable(
                "no engine listens on \(path): the socket is left from one that has ended; start `sekisho serve`")
        case EACCES, EPERM:
            self = .unreachable(
                "you may not connect to \(path): join the group that owns the socket (ls -l \(path)), or use sudo")
        case ENOTSOCK, ENOTDIR:
            self = .unreachable("\(path) is no control socket; name the engine's with --socket or SEKISHO_SOCKET")
        default:
            self = (error as? ControlError) ?? .unreachable("cannot reach the engine on \(path): \(error)")
        }
    }
}
