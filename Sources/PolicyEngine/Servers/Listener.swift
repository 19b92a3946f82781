import MailPolicy

extension ListenerSettings {
    /// The gate that the listener is bound to.
    var policyGate: MailPolicy.Gate? {
        switch gate {
        case .submission: .submission
        case .outbound: .outbound
        case .mx: .mx
        case nil: nil
        }
    }
}

package struct ListenError: Error, CustomStringConvertible {
    package var place: String
    package var reason: String

    package var description: String { "cannot listen on \(place): \(reason)" }
}
