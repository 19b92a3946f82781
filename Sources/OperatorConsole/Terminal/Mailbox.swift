import CTerminal
import ControlProtocol
import Synchronization

/// What the engine's tasks leave for the thread of the terminal. Of frames only the newest is kept, so a terminal that
/// is slow holds up nobody; all else answers a command and is bounded by their number.
final class Mailbox: Sendable {
    private struct Content {
        var frame: (generation: Int, frame: ViewFrame)?
        var others: [Happening] = []
        var isClosed = false
    }

    private let content = Mutex(Content())
    let wakeup: Int32

    init(wakeup: Int32) { self.wakeup = wakeup }

    func post(_ happening: Happening) {
        content.withLock { content in
            guard !content.isClosed else { return }
            if case .frame(let generation, let frame) = happening {
                content.frame = (generation, frame)
            } else {
                content.others.append(happening)
            }
            // Under the lock, so that the descriptor is not closed meanwhile.
            sekisho_wakeup_post(wakeup)
        }
    }

    /// What has come. A frame goes before the end of its subscription.
    func take() -> [Happening] {
        sekisho_wakeup_drain(wakeup)
        return content.withLock { content in
            var result: [Happening] = []
            if let frame = content.frame { result.append(.frame(generation: frame.generation, frame.frame)) }
            result += content.others
            content.frame = nil
            content.others = []
            return result
        }
    }

    func close() { content.withLock { $0.isClosed = true } }
}
