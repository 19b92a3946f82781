import ControlProtocol
import MailPolicy
import NIOCore
import PostfixProtocols
import Synchronization

/// What the demo has in Postfix's place: it asks about the sample's mail as Postfix would, queues what the engine lets
/// pass, and delivers it past the outbound gate. All answers are the engine's own.
final class DemoPostfix: Sendable {
    private struct State {
        var clients: [Int: PolicyClient] = [:]
        /// Recipients that were accepted, by Postfix's instance; none where all were refused so far.
        var accepted: [String: [String]] = [:]
        var random: SplitMix
    }

    private let queue: DemoQueue
    private let socket: String
    private let group: any EventLoopGroup
    private let clock: EngineClock
    private let state: Mutex<State>
    /// Carriers that take only part of what reaches them, and what they say to the rest.
    private let slowDomains: [String: (share: Double, reason: String)]
    private static let mostDeliveries = 64

    init(queue: DemoQueue, socket: String, group: any EventLoopGroup, clock: EngineClock, seed: UInt64) {
        self.queue = queue
        self.socket = socket
        self.group = group
        self.clock = clock
        state = Mutex(State(random: SplitMix(seed: seed)))
        slowDomains = [
            "docomo.ne.jp": (
                0.4, "host mfsmax.docomo.ne.jp[203.138.181.240] refused to talk to me: 421 Service not available"
            )
        ]
    }

    // MARK: In

    /// Asks what the sample has, on the connection that it has it on.
    ///
    /// - Returns: the action; `nil` if there was nothing to ask, or no answer.
    func play(_ request: ReadRequest, on connection: Int) async -> String? {
        guard let request = prepared(request) else { return nil }
        do {
            let action = try await client(connection).ask(request.bytes)
            note(action, request)
            return action
        } catch {
            state.withLock { $0.clients[connection] = nil }
            return nil
        }
    }

    /// The request as Postfix would ask it after what it was answered so far: of a message whose recipients were all
    /// refused nothing more is asked, and one that lost some has only the others.
    func prepared(_ request: ReadRequest) -> ReadRequest? {
        let instance = request.text(\.instance)
        guard request.isAfterRecipients, !instance.isEmpty,
            let accepted = state.withLock({ $0.accepted[instance] })
        else { return request }
        if accepted.isEmpty {
            if request.parsed.protocolState == .endOfMessage { forget(instance) }
            return nil
        }
        return accepted.count == request.parsed.recipientCount ? request : request.with(recipients: accepted)
    }

    private func forget(_ instance: String) { state.withLock { $0.accepted[instance] = nil } }

    private func client(_ name: Int) async throws -> PolicyClient {
        if let known = state.withLock({ $0.clients[name] }) { return known }
        let new = try await PolicyClient.connect(to: socket, on: group)
        state.withLock { $0.clients[name] = new }
        return new
    }

    /// Remembers recipients that were accepted, and queues the message at its end.
    ///
    /// - Parameter queues: `false` for mail that has long been delivered.
    func note(_ action: String, _ request: ReadRequest, queues: Bool = true) {
        let passes = action == "DUNNO" || action.hasPrefix("HOLD")
        let instance = request.text(\.instance)
        guard !instance.isEmpty else { return }
        switch request.parsed.protocolState {
        case .rcpt:
            let recipient = request.text(\.recipient)
            state.withLock { state in
                // A sample of a million would otherwise keep what was aborted.
                if state.accepted.count > 20_000 { state.accepted = [:] }
                state.accepted[instance, default: []] += passes ? [recipient] : []
            }
        case .endOfMessage:
            let recipients = state.withLock { $0.accepted.removeValue(forKey: instance) } ?? [request.text(\.recipient)]
            guard passes, queues, request.gate == .submission else { return }
            enqueue(request, to: recipients.filter { !$0.isEmpty }, held: action.hasPrefix("HOLD"))
        default: break
        }
    }

    private func enqueue(_ request: ReadRequest, to recipients: [String], held: Bool) {
        let queueID = request.text(\.queueID)
        guard !recipients.isEmpty, !queueID.isEmpty else { return }
        let now = clock.now().wall
        let open = recipients.map { (address: $0, reason: nil as String?) }
        let message = QueuedMessage(
            instance: DemoQueue.instance, queueID: queueID, queue: held ? .hold : .incoming, arrival: now,
            size: request.parsed.size, sender: request.text(\.sender), recipients: QueuedRecipients(open))
        queue.add(message, to: open, nextTry: now + 300)
    }

    // MARK: Out

    /// Delivers until the task is cancelled.
    func deliver() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for message in queue.takeDue(limit: Self.mostDeliveries) {
                    group.addTask { await self.attempt(message) }
                }
                do { try await Task.sleep(for: .milliseconds(200)) } catch { break }
            }
        }
    }

    private func attempt(_ message: DemoQueue.Message) async {
        var open: [(address: String, reason: String?)] = []
        for recipient in message.open {
            if let reason = await tryOnce(message.queued, recipient.address) {
                open.append((recipient.address, reason))
            }
        }
        let pause = Milliseconds(min(30_000 << min(message.tries, 6), 1_800_000))
        let spread = state.withLock { $0.random.below(Int(pause / 2)) }
        queue.settle(message.queued.queueID, open: open, nextTry: clock.now().wall + pause + Milliseconds(spread))
    }

    /// Why the recipient did not get it; `nil` where it did.
    private func tryOnce(_ message: QueuedMessage, _ recipient: String) async -> String? {
        var text = PolicyRequestText()
        text.policyContext = "outbound"
        text.protocolState = .rcpt
        text.clientAddress = "127.0.0.1"
        text.clientName = "localhost"
        text.sender = message.sender
        text.recipient = recipient
        text.size = message.size
        text.instance = "\(message.queueID).\(state.withLock { $0.random.next() } % 1_000_000)"
        let action: String
        do {
            let client = try await PolicyClient.connect(to: socket, on: group)
            defer { client.close() }
            action = try await client.ask(text.encoded)
        } catch {
            return "the engine does not answer"
        }
        guard action == "DUNNO" else {
            return "host 127.0.0.1[127.0.0.1] said: \(action) (in reply to RCPT TO command)"
        }
        let domain = QueuedRecipients.domain(of: recipient)
        let (roll, pause) = state.withLock { (Double($0.random.below(1000)) / 1000, 50 + $0.random.below(900)) }
        try? await Task.sleep(for: .milliseconds(pause))
        if let slow = slowDomains[domain], roll < slow.share { return slow.reason }
        return nil
    }
}

/// SplitMix64, for what a mail system leaves to chance.
struct SplitMix: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }

    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }
}
