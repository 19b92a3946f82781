import ControlProtocol

/// The engine, as its control socket sees it.
package protocol ControlService: Sendable {
    /// What this peer may see and do: roles are checked behind the link.
    func link(for peer: ControlPeer) -> any EngineLink
}
