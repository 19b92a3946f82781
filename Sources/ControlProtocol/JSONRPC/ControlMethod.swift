/// The methods that an engine answers on its control socket.
package enum ControlMethod: String, Sendable, CaseIterable {
    case hello, view, subscribe, unsubscribe, preview, perform, importAccounts, reload

    /// What a peer is told who asks for another one.
    static func unknown(_ name: String) -> ControlError {
        let known = allCases.map(\.rawValue)
        let shown = name.count > 64 ? name.prefix(64) + "…" : name[...]
        if let near = nearestName(to: name, among: known) {
            return .methodNotFound("no method \"\(shown)\"; did you mean \"\(near)\"?")
        }
        return .methodNotFound("no method \"\(shown)\"; there are " + known.joined(separator: ", "))
    }
}
