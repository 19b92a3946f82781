import ArgumentParser

/// What the requests of a run are like.
struct Traffic {
    enum State: String, CaseIterable, ExpressibleByArgument {
        case rcpt = "RCPT"
        case endOfMessage = "END-OF-MESSAGE"
    }

    var users = 10_000
    var sources = 5_000
    var state = State.rcpt
    var isInbound = false
    /// One account and one source after the other, instead of at random.
    var walks = false
}
