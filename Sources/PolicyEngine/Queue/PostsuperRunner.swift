import ControlProtocol
import PostfixProtocols
import Synchronization

/// Holds, releases, requeues and deletes messages of one instance with `postsuper(1)`.
///
/// The arguments are always one of `-c DIR -h -`, `-c DIR -H -`, `-c DIR -r -`, `-c DIR -r - hold` and `-c DIR -d -`, so
/// that a sudo rule can name them; the queue IDs go to standard input, one a line.
struct PostsuperRunner: Sendable {
    let instance: PostfixInstance
    let settings: PostfixQueueSettings

    /// - Parameter operation: any but `flush`.
    func run(_ operation: QueueOperation, on messages: [QueuedMessage], now: EpochMilliseconds) async -> QueueOutcome {
        guard !settings.postsuper.isEmpty else {
            var outcome = QueueOutcome()
            outcome.leaveOut(
                messages.count, of: instance.name, "the configuration gives no way to run postsuper for this Postfix")
            return outcome
        }
        var outcome = QueueOutcome()
        let fit = messages.filter { message in
            guard let why = Self.obstacle(operation, message) else { return true }
            outcome.leaveOut(message, why)
            return false
        }
        for (option, group) in split(operation, fit, now: now) {
            outcome.add(await runBatches(operation, options: option, group))
        }
        return outcome
    }

    /// Why an operation makes no sense for a message; `nil` if it does.
    private static func obstacle(_ operation: QueueOperation, _ message: QueuedMessage) -> String? {
        if (try? QueueID(message.queueID)) == nil { return "not a queue ID of Postfix" }
        if operation == .hold && message.queue == .hold { return "is on hold already" }
        if operation != .delete && message.queue == .maildrop {
            return "waits for pickup(8), which gives it a new queue ID within a minute"
        }
        if operation == .release && message.queue != .hold { return "is not on hold" }
        return nil
    }

    /// The options, and the messages for which they are right.
    ///
    /// Released mail counts its time in the queue from its arrival, so what was held long would be returned to the
    /// sender at the next failure; postsuper(1) says to requeue it instead. Requeued mail gets a new queue ID and passes
    /// no milter again, so young mail is released in place.
    private func split(
        _ operation: QueueOperation, _ messages: [QueuedMessage], now: EpochMilliseconds
    ) -> [(options: [String], messages: [QueuedMessage])] {
        switch operation {
        case .hold: return [(["-h", "-"], messages)]
        case .requeue: return [(["-r", "-"], messages)]
        case .delete: return [(["-d", "-"], messages)]
        case .flush: return []
        case .release:
            let limit = now - EpochMilliseconds(settings.requeueOnReleaseAfter / .milliseconds(1))
            return [
                (["-H", "-"], messages.filter { $0.arrival > limit }),
                (["-r", "-", "hold"], messages.filter { $0.arrival <= limit }),
            ]
        }
    }

    private func runBatches(
        _ operation: QueueOperation, options: [String], _ messages: [QueuedMessage]
    ) async -> QueueOutcome {
        var outcome = QueueOutcome()
        let said: QueueOperation = options.first == "-r" ? .requeue : operation
        var rest = messages[...]
        while !rest.isEmpty {
            let batch = rest.prefix(settings.batch)
            rest = rest.dropFirst(settings.batch)
            do {
                outcome.add(try await runBatch(options, said: said, batch))
            } catch {
                // The next batch would fail in the same way.
                outcome.leaveOut(rest.count, of: instance.name, "not tried after the failure before")
                outcome.add(error.outcome)
                break
            }
        }
        return outcome
    }

    private struct BatchFailure: Error {
        var outcome: QueueOutcome
    }

    private func runBatch(
        _ options: [String], said operation: QueueOperation, _ batch: ArraySlice<QueuedMessage>
    ) async throws(BatchFailure) -> QueueOutcome {
        let command = ChildCommand(
            arguments: settings.postsuper + ["-c", instance.configurationDirectory] + options,
            input: batch.flatMap { Array($0.queueID.utf8) + [0x0A] }, timeLimit: settings.operationTimeLimit,
            errorLimit: 1_000_000 + batch.count * 200)
        let reader = ReportReader(operation)
        var trouble: QueueTrouble?
        do {
            let end = try await ChildProcess.run(command, output: { _ in }, error: { reader.feed($0) })
            if end != .exited(code: 0) { trouble = QueueTrouble(end, of: command, complaint: reader.complaint) }
        } catch {
            trouble = QueueTrouble(error, of: command, complaint: reader.complaint)
        }
        let report = reader.finish()
        let outcome = Self.outcome(of: batch, report, instance: instance.name, trouble: trouble)
        if trouble != nil { throw BatchFailure(outcome: outcome) }
        return outcome
    }

    private static func outcome(
        of batch: ArraySlice<QueuedMessage>, _ report: PostsuperReport, instance: String, trouble: QueueTrouble?
    ) -> QueueOutcome {
        var outcome = QueueOutcome()
        let left = batch.filter { !report.done.contains($0.queueID) }
        outcome.done = batch.count - left.count
        if let trouble {
            outcome.leaveOut(left.count, of: instance, trouble.description)
        } else {
            for message in left { outcome.leaveOut(message, "was no longer there") }
            for complaint in report.complaints where !left.isEmpty { outcome.note("\(instance): \(complaint)") }
        }
        return outcome
    }
}

/// Takes the report from the child's thread to the runner.
private final class ReportReader: Sendable {
    private struct State {
        var lines = LineSplitter(limit: 4_096)
        var report: PostsuperReport
    }

    private let state: Mutex<State>

    init(_ operation: QueueOperation) {
        state = Mutex(State(report: PostsuperReport(operation)))
    }

    func feed(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            state.lines.feed(bytes) { state.report.add(line: $0) }
        }
    }

    func finish() -> PostsuperReport {
        state.withLock { state in
            state.lines.finish { state.report.add(line: $0) }
            return state.report
        }
    }

    var complaint: String {
        finish().complaints.joined(separator: "; ")
    }
}
