import MailPolicy
import PostfixProtocols
import Synchronization

/// The gatekeeper, and what is written down of its verdicts, for any number of event loops.
///
/// A decision takes about a microsecond, so one lock around the whole serves better than a hop to whoever owns it.
/// Whoever looks at more than a few accounts or sources must do so in slices and let go of the lock between them:
/// see ``inSlices(of:count:_:)``.
package final class Gatehouse: Sendable {
    package struct State: Sendable {
        package var gatekeeper: Gatekeeper
        package var journal: VerdictJournal
        package var statistics = DecisionStatistics()
    }

    private let state: Mutex<State>
    package let clock: EngineClock
    /// Counts requests, to time one in so many.
    private let asked = Atomic<UInt>(0)

    package init(gatekeeper: Gatekeeper, verdictsKept: Int, clock: EngineClock) {
        state = Mutex(State(gatekeeper: gatekeeper, journal: VerdictJournal(capacity: verdictsKept)))
        self.clock = clock
    }

    /// What to answer Postfix, or a ticket to wait under.
    package enum Answer: Sendable {
        case dunno
        /// Another action, as bytes for the socket.
        case action([UInt8])
        case wait(ticket: UInt64)
    }

    /// Decides about one request, and writes the verdict down.
    package func decide(_ request: GateRequest, in text: Span<UInt8>, on connection: inout Connection) -> Answer {
        // From here, so that waiting for the lock is told as well.
        let timed = asked.wrappingAdd(1, ordering: .relaxed).newValue % DecisionStatistics.sampling == 0
        let began = timed ? monotonicNanoseconds() : 0
        let now = clock.now()
        return state.withLock { state in
            switch state.gatekeeper.decide(request, in: text, on: &connection, at: now) {
            case .wait(let ticket):
                return .wait(ticket: ticket)
            case .answer(let verdict):
                let answer = Answer(state.writeDown(verdict, request, in: text, at: now))
                if timed { state.statistics.time(nanoseconds: monotonicNanoseconds() - began) }
                return answer
            }
        }
    }

    /// The answer to a request that waited.
    package func finish(
        _ verdict: Verdict, ticket: UInt64, _ request: GateRequest, in text: Span<UInt8>,
        on connection: inout Connection
    ) -> Answer {
        let now = clock.now()
        return state.withLock { state in
            state.gatekeeper.answered(&connection, with: verdict, ticket: ticket)
            return Answer(state.writeDown(verdict, request, in: text, at: now))
        }
    }

    /// What becomes of a message that a milter was shown.
    package enum MessageAnswer: Sendable, Equatable {
        case pass
        /// It goes on, with a mark in its header.
        case mark
        /// It is put on hold, with the mark.
        case hold(text: String)
        case refuse(SMTPRefusal)
    }

    /// Decides about a message for whose author nobody answers, and writes the verdict down.
    package func judge(_ message: DisownedMessage, _ envelope: MessageEnvelope) -> MessageAnswer {
        let (text, request) = envelope.written(source: message.source)
        let now = clock.now()
        return state.withLock { state in
            guard let verdict = state.gatekeeper.judge(message, at: now) else { return .pass }
            switch state.writeDown(verdict, request, in: text.span, at: now)?.reply {
            case .refuse(let refusal)?: return .refuse(refusal)
            case .hold(let text)?: return .hold(text: text)
            default: return verdict.rule.marksMessage ? .mark : .pass
            }
        }
    }

    package func end(_ connection: inout Connection) {
        let now = clock.now()
        state.withLock { $0.gatekeeper.end(&connection, at: now) }
    }

    /// Looks or changes under the lock; for as short as a decision.
    package func withState<Result: Sendable>(_ body: (inout State, Moment) throws -> Result) rethrows -> Result {
        let now = clock.now()
        return try state.withLock { try body(&$0, now) }
    }

    /// Goes through `count` things in slices, between which requests are decided.
    package func inSlices(of size: Int = 512, count: Int, _ body: (borrowing State, Range<Int>, Moment) -> Void) {
        var start = 0
        while start < count {
            let slice = start..<min(start + size, count)
            let now = clock.now()
            state.withLock { body($0, slice, now) }
            start = slice.upperBound
        }
    }
}

extension Gatehouse.Answer {
    fileprivate init(_ reply: (reply: PolicyReply, bytes: [UInt8])?) {
        self = reply.map { .action($0.bytes) } ?? .dunno
    }
}

extension Gatehouse.State {
    /// - Returns: the reply of a verdict that does not just accept, and the same as bytes for Postfix.
    fileprivate mutating func writeDown(
        _ verdict: Verdict, _ request: GateRequest, in text: Span<UInt8>, at now: Moment
    ) -> (reply: PolicyReply, bytes: [UInt8])? {
        statistics.count(verdict, request, commit: gatekeeper.rulebook.commitPoint)
        guard verdict.outcome != .accepted else {
            journal.append(verdict, request, in: text, reply: "", at: now)
            return nil
        }
        let reply = reply(to: verdict, request, in: text)
        let bytes = reply.encoded
        // Without `action=` and the empty line.
        let action = String(decoding: bytes.dropFirst(7).dropLast(2), as: UTF8.self)
        journal.append(verdict, request, in: text, reply: action, at: now)
        return (reply, bytes)
    }

    /// The action of a verdict that does not just accept (access(5)).
    private func reply(to verdict: Verdict, _ request: GateRequest, in text: Span<UInt8>) -> PolicyReply {
        let sender = String(text, request.sender)
        let recipient = String(text, request.recipient)
        guard let reply = gatekeeper.reply(to: verdict, sender: sender, recipient: recipient) else { return .dunno }
        if verdict.outcome == .held { return .hold(text: reply.text) }
        guard let code = SMTPRefusal.Code(rawValue: UInt16(clamping: reply.code)) else { return .dunno }
        return .refuse(SMTPRefusal(code, subject: reply.subject, detail: reply.detail, text: reply.text))
    }
}

extension String {
    fileprivate init(_ text: Span<UInt8>, _ range: Range<Int>) {
        self = text.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
