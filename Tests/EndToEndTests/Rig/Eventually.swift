/// Polls until `condition` holds, in short steps.
///
/// - Throws: ``RigError`` with `what` when the deadline passes first.
func eventually(
    _ what: String, within deadline: Duration = .seconds(20), every step: Duration = .milliseconds(25),
    isolation: isolated (any Actor)? = #isolation, _ condition: () async throws -> Bool
) async throws {
    _ = try await eventually(what, within: deadline, every: step) { try await condition() ? true : nil }
}

/// Polls until `attempt` returns a value, and returns it.
///
/// - Throws: ``RigError`` with `what` when the deadline passes first.
func eventually<Value>(
    _ what: String, within deadline: Duration = .seconds(20), every step: Duration = .milliseconds(25),
    isolation: isolated (any Actor)? = #isolation, _ attempt: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let end = clock.now + deadline
    while true {
        if let value = try await attempt() { return value }
        guard clock.now < end else { throw RigError("not within \(deadline): \(what)") }
        try await clock.sleep(for: step)
    }
}
