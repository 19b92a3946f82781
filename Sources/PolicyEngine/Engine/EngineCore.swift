import ControlProtocol
import Logging
import MailPolicy
import PolicyStore

/// What views and actions work on.
package final class EngineCore: Sendable {
    /// How the engine names itself.
    struct Identity: Sendable {
        var host: String
        /// `serve` or `demo`.
        var mode: String
        var startedAt: EpochMilliseconds
    }

    static let version = "0.1.0"

    let identity: Identity
    let gatehouse: Gatehouse
    let keeper: StoreKeeper
    let queueBoard: QueueBoard
    let minutes: MinuteBoard
    let authentication: AuthenticationBoard
    let rates: RateBoard
    let logger: Logger
    let senders: FigureTable<SenderFigures>
    let sources: FigureTable<SourceFigures>
    let queueView = QueueView()
    /// Journal numbers are raised by this, so that they go on after a restart.
    let firstNumber: Int64

    init(
        identity: Identity, gatehouse: Gatehouse, keeper: StoreKeeper, queueBoard: QueueBoard, minutes: MinuteBoard,
        authentication: AuthenticationBoard, rates: RateBoard, logger: Logger, firstNumber: Int64
    ) {
        self.identity = identity
        self.gatehouse = gatehouse
        self.keeper = keeper
        self.queueBoard = queueBoard
        self.minutes = minutes
        self.authentication = authentication
        self.rates = rates
        self.logger = logger
        self.firstNumber = firstNumber
        senders = FigureTable { _ in Self.gatherSenders(gatehouse, queueBoard) }
        sources = FigureTable { _ in Self.gatherSources(gatehouse) }
    }

    var now: Moment { gatehouse.clock.now() }

    /// A wall time in the site's zone.
    func text(of wall: EpochMilliseconds) -> String {
        gatehouse.withState { state, _ in state.gatekeeper.rulebook.zone.text(of: wall) }
    }

    private static func gatherSenders(_ gatehouse: Gatehouse, _ board: QueueBoard) -> [SenderFigures] {
        let queued = board.index.messagesByAccount
        let count = gatehouse.withState { state, _ in state.gatekeeper.accounts.count }
        var rows: [SenderFigures] = []
        rows.reserveCapacity(count)
        gatehouse.inSlices(of: 64, count: count) { state, slice, now in
            for account in slice {
                rows.append(state.gatekeeper.senderFigures(of: Int32(account), queued: queued, at: now))
            }
        }
        return rows
    }

    /// A network of which one address is all that was seen lately says the same as that address, and is left out.
    private static func gatherSources(_ gatehouse: Gatehouse) -> [SourceFigures] {
        let (addresses, networks) = gatehouse.withState { state, _ in
            (state.gatekeeper.addresses.records.count, state.gatekeeper.networks.records.count)
        }
        var rows: [SourceFigures] = []
        rows.reserveCapacity(addresses + networks)
        // By network: the row of its only address, or one of the marks below.
        let (none, several) = (Int32(-1), Int32(-2))
        var only = [Int32](repeating: none, count: networks)
        gatehouse.inSlices(of: 64, count: addresses) { state, slice, now in
            for index in slice {
                let record = state.gatekeeper.addresses.records[index]
                let figures = state.gatekeeper.sourceFigures(of: record, at: now)
                let network = state.gatekeeper.networks.find(record.network.base.countedNetwork).map(Int.init)
                // One that did nothing in the last hour adds nothing to its network.
                if let network, network < networks, figures.messages + figures.refused > 0 {
                    only[network] = only[network] == none ? Int32(rows.count) : several
                }
                rows.append(figures)
            }
        }
        gatehouse.inSlices(of: 64, count: networks) { state, slice, now in
            for index in slice {
                let figures = state.gatekeeper.sourceFigures(of: state.gatekeeper.networks.records[index], at: now)
                if only[index] >= 0, rows[Int(only[index])].tellsTheSame(as: figures) { continue }
                rows.append(figures)
            }
        }
        return rows
    }
}
