import ControlProtocol

extension State {
    mutating func toggleFreeze() {
        if !screen.isLive {
            goLive()
        } else if let frame = screen.frame {
            screen.frozen = FrameHistory.Entry(at: screen.receivedAt ?? now, frame: frame)
        }
    }

    mutating func goLive() {
        screen.lookingBackAt = nil
        screen.frozen = nil
        screen.heldUntil = nil
        screen.heldIDs = nil
    }

    /// One kept frame back.
    mutating func lookBack() {
        let from = screen.lookingBackAt ?? screen.frozen?.at ?? screen.receivedAt ?? now
        guard let earlier = screen.history.entries.last(where: { $0.at < from }) else {
            say("Nothing earlier is kept of this view")
            return
        }
        screen.lookingBackAt = earlier.at
    }

    /// One kept frame forward; after the last the console is live again.
    mutating func lookForward() {
        guard let at = screen.lookingBackAt else { return }
        let later = screen.history.entries.first { $0.at > at }
        if let later, later.at < (screen.frozen?.at ?? Milliseconds.max), later.at != screen.history.entries.last?.at {
            screen.lookingBackAt = later.at
        } else {
            screen.lookingBackAt = nil
        }
    }
}
