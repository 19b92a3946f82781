import ControlProtocol
import PostfixProtocols

/// Makes Postfix try deferred messages of one instance now, with `postqueue(1)`, which needs no privilege.
///
/// `postqueue -i` takes one message a run and does not say whether it was still there; `-f` takes the whole queue. So
/// all deferred messages are one `-f`, and up to ``maximumSingle`` others are one `-i` each.
struct FlushRunner: Sendable {
    let instance: PostfixInstance
    let settings: PostfixQueueSettings

    /// Messages of an instance that one operation flushes one by one.
    static let maximumSingle = 1_000

    /// - Parameter deferred: how many deferred messages the instance has in all.
    func run(on messages: [QueuedMessage], ofDeferred deferred: Int) async -> QueueOutcome {
        var outcome = QueueOutcome()
        let fit = messages.filter { message in
            guard let why = Self.obstacle(message) else { return true }
            outcome.leaveOut(message, why)
            return false
        }
        if fit.isEmpty { return outcome }
        if fit.count >= deferred && fit.count > 1 {
            outcome.add(await run(["-f"], on: fit[...]))
            return outcome
        }
        for (index, message) in fit.prefix(Self.maximumSingle).enumerated() {
            let single = await run(["-i", message.queueID], on: [message])
            outcome.add(single)
            if single.failed > 0 {
                let rest = min(fit.count, Self.maximumSingle) - index - 1
                outcome.leaveOut(rest, of: instance.name, "not tried after the failure before")
                break
            }
        }
        outcome.leaveOut(
            max(0, fit.count - Self.maximumSingle), of: instance.name,
            "postqueue flushes one by one, at most \(Self.maximumSingle) at once; flush all deferred, or requeue")
        return outcome
    }

    private static func obstacle(_ message: QueuedMessage) -> String? {
        if (try? QueueID(message.queueID)) == nil { return "not a queue ID of Postfix" }
        return switch message.queue {
        case .hold: "is on hold: release it first"
        case .active, .incoming, .maildrop: "is on its way already"
        case .deferred, .other: nil
        }
    }

    private func run(_ options: [String], on messages: ArraySlice<QueuedMessage>) async -> QueueOutcome {
        let command = ChildCommand(
            arguments: settings.postqueue + ["-c", instance.configurationDirectory] + options,
            timeLimit: settings.operationTimeLimit)
        let complaint = Complaint()
        var outcome = QueueOutcome()
        do {
            let end = try await ChildProcess.run(command, output: { _ in }, error: { complaint.feed($0) })
            if end == .exited(code: 0) {
                outcome.done = messages.count
            } else {
                let trouble = QueueTrouble(end, of: command, complaint: complaint.text)
                outcome.leaveOut(messages.count, of: instance.name, trouble.description)
            }
        } catch {
            let trouble = QueueTrouble(error, of: command, complaint: complaint.text)
            outcome.leaveOut(messages.count, of: instance.name, trouble.description)
        }
        return outcome
    }
}
