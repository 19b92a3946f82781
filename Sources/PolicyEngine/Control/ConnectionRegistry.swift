import ControlProtocol
import Synchronization

/// The open control connections, which bounds their number.
final class ConnectionRegistry: Sendable {
    private struct State {
        var open: [ObjectIdentifier: ControlConnection] = [:]
        var perUser: [UInt32: Int] = [:]
    }

    let imports = ImportAllowance()
    private let maximum: Int
    private let maximumPerUser: Int
    private let state = Mutex(State())

    init(maximum: Int, maximumPerUser: Int) {
        self.maximum = maximum
        self.maximumPerUser = maximumPerUser
    }

    /// - Throws: ``ControlError`` when there is no room for one more.
    func add(_ connection: ControlConnection) throws(ControlError) {
        let refusal: ControlError? = state.withLock { state in
            let user = connection.peer.userID
            guard state.open.count < maximum else {
                return .failed("\(maximum) control connections are open, which is the most; close some")
            }
            guard state.perUser[user, default: 0] < maximumPerUser else {
                return .failed(
                    "\(connection.peer.login) has \(maximumPerUser) control connections, which is the most; close some")
            }
            state.perUser[user, default: 0] += 1
            state.open[ObjectIdentifier(connection)] = connection
            return nil
        }
        if let refusal { throw refusal }
    }

    func remove(_ connection: ControlConnection) {
        state.withLock { state in
            guard state.open.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
            let user = connection.peer.userID
            let left = state.perUser[user, default: 1] - 1
            state.perUser[user] = left > 0 ? left : nil
        }
    }

    var connections: [ControlConnection] { state.withLock { Array($0.open.values) } }
}
