import Glibc
import MailPolicy

/// A socket on which Postfix asks.
package struct Listener: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
        /// `group` owns the socket file; `nil` leaves the process's.
        case path(String, mode: UInt16, group: String?)
        case address(host: String, port: Int)
    }

    package var place: Place
    /// The gate of servers that send no `policy_context`.
    package var gate: Gate?

    package init(_ place: Place, gate: Gate? = nil) {
        self.place = place
        self.gate = gate
    }

    func removeSocketFile() {
        if case .path(let path, _, _) = place { unlink(path) }
    }
}

extension Listener: CustomStringConvertible {
    package var description: String {
        switch place {
        case .path(let path, _, _): path
        case .address(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}

package struct ListenError: Error, CustomStringConvertible {
    package var listener: Listener
    package var reason: String

    package var description: String { "cannot listen on \(listener): \(reason)" }
}
