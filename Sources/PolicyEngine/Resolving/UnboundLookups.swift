import CUnbound
import Glibc
import MailAuthentication
import MailPolicy
import Synchronization

/// The look-ups that are on, who waits for them, and the thread that fetches their answers.
final class UnboundLookups: Sendable {
    typealias Waiter = CheckedContinuation<Answer, Never>

    /// One question on its way through libunbound, which holds a reference of its own to it as the callback's argument.
    ///
    /// That reference is given, and the look-up entered in ``State``, under one lock. It is taken back exactly once: at
    /// once if libunbound did not take the question; else by the callback; or by ``expire(at:)`` if the look-up was
    /// cancelled, since then there is no callback; or by ``end()`` when libunbound is gone, for those that are still
    /// entered. The last three happen on one thread, one after the other.
    private final class Lookup: Sendable {
        let question: Question
        let owner: UnboundLookups

        init(_ question: Question, _ owner: UnboundLookups) {
            self.question = question
            self.owner = owner
        }
    }

    private struct Flight {
        let lookup: Lookup
        /// libunbound's.
        let number: Int32
        /// In nanoseconds of the monotonic clock.
        let deadline: UInt64
        var waiters: [Waiter]
    }

    private struct State {
        var flights: [Question: Flight] = [:]
        /// The earliest deadline, or an earlier time.
        var nextDeadline: UInt64?
        /// Look-ups that were given up, but that libunbound may still call back for.
        var abandoned: [ObjectIdentifier: Lookup] = [:]
        var isShutDown = false
    }

    private enum Step {
        case answer(Answer)
        case wait
        case turnAway
        case fail
    }

    private let context: UnboundContext
    private let cache: AnswerCache
    private let bounds: AnswerBounds
    private let lookupsInFlight: Int
    private let timeout: UInt64
    private let now: @Sendable () -> Milliseconds
    private let tally = ResolverTally()
    private let state = Mutex(State())
    private let bell: Bell

    init(_ settings: ResolverSettings, now: @escaping @Sendable () -> Milliseconds) throws(ResolverError) {
        bell = try Bell()
        context = try UnboundContext(settings)
        cache = AnswerCache(bounds: settings.cache)
        bounds = settings.answer
        lookupsInFlight = settings.lookupsInFlight
        timeout = UInt64(max(settings.timeout, 1)) * 1_000_000
        self.now = now
    }

    /// Starts the thread that fetches the answers. It holds on to this object until ``shutDown()``.
    func start() throws(ResolverError) {
        guard ResolverThread.start({ self.run() }) else {
            context.close()
            throw .cannotStart(step: "thread", reason: "the system gives no thread")
        }
    }

    var counters: ResolverCounters {
        tally.counters(inFlight: state.withLock { $0.flights.count })
    }

    // MARK: Asking

    /// The answer, if it is at hand. Counts the question.
    func cachedAnswer(to question: Question) -> Answer? {
        tally.asked.add(1, ordering: .relaxed)
        if let answer = cache.answer(to: question, at: now()) {
            tally.fromCache.add(1, ordering: .relaxed)
            return answer
        }
        // A name that the DNS cannot hold does not exist.
        return question.name.canBeAsked ? nil : Answer(.noSuchName)
    }

    /// For a question that comes when the time of its message is over.
    func outOfTime() -> Answer {
        tally.count(.timedOut)
        return Answer(.failed(.timedOut))
    }

    func ask(_ question: Question, _ waiter: Waiter) {
        switch step(for: question, waiter) {
        case .wait: break
        case .answer(let answer):
            tally.fromCache.add(1, ordering: .relaxed)
            waiter.resume(returning: answer)
        case .turnAway:
            tally.turnedAway.add(1, ordering: .relaxed)
            waiter.resume(returning: Answer(.failed(.serverFailed)))
        case .fail:
            tally.count(.serverFailed)
            waiter.resume(returning: Answer(.failed(.serverFailed)))
        }
    }

    private func step(for question: Question, _ waiter: Waiter) -> Step {
        state.withLock { state in
            if state.isShutDown { return .turnAway }
            if state.flights[question] != nil {
                state.flights[question]?.waiters.append(waiter)
                tally.shared.add(1, ordering: .relaxed)
                return .wait
            }
            // It may have come since the cache was asked.
            if let answer = cache.answer(to: question, at: now()) { return .answer(answer) }
            guard state.flights.count < lookupsInFlight else { return .turnAway }
            let lookup = Lookup(question, self)
            guard let number = handOver(lookup) else { return .fail }
            let deadline = monotonicNanoseconds() + timeout
            state.flights[question] = Flight(lookup: lookup, number: number, deadline: deadline, waiters: [waiter])
            if state.nextDeadline == nil {
                state.nextDeadline = deadline
                bell.ring()
            }
            return .wait
        }
    }

    /// - Returns: libunbound's number for it; nil if it did not take it.
    private func handOver(_ lookup: Lookup) -> Int32? {
        let reference = Unmanaged.passRetained(lookup)
        let number = context.ask(lookup.question, argument: reference.toOpaque()) { argument, error, result in
            guard let argument else { return }
            let lookup = Unmanaged<Lookup>.fromOpaque(argument).takeRetainedValue()
            lookup.owner.answered(lookup, error: error, result: result)
            ub_resolve_free(result)
        }
        if number == nil { reference.release() }
        return number
    }

    // MARK: Answering

    private func answered(_ lookup: Lookup, error: Int32, result: UnsafeMutablePointer<ub_result>?) {
        guard error == UB_NOERROR.rawValue, let result else {
            return finish(lookup, Answer(.failed(.serverFailed)), ttl: 0)
        }
        let answer = Answer(result.pointee, to: lookup.question.type, bounds: bounds)
        finish(lookup, answer, ttl: Int(result.pointee.ttl))
    }

    private func finish(_ lookup: Lookup, _ answer: Answer, ttl: Int) {
        if case .failed(let failure) = answer.outcome { tally.count(failure) }
        // Kept before the look-up is taken off, so that whoever asks next finds one or the other.
        cache.keep(answer, for: lookup.question, ttl: ttl, at: now())
        let waiters = state.withLock { state -> [Waiter] in
            state.abandoned[ObjectIdentifier(lookup)] = nil
            guard state.flights[lookup.question]?.lookup === lookup else { return [] }
            return state.flights.removeValue(forKey: lookup.question)?.waiters ?? []
        }
        for waiter in waiters { waiter.resume(returning: answer) }
    }

    // MARK: The thread

    private func run() {
        while true {
            var polled = [
                pollfd(fd: context.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&polled, nfds_t(polled.count), pollTimeout())
            if count > 0, polled[1].revents != 0 { bell.silence() }
            if state.withLock({ $0.isShutDown }) { break }
            if count > 0, polled[0].revents != 0, !context.process() { shutDown() }
            expire(at: monotonicNanoseconds())
        }
        end()
    }

    private func end() {
        // Nobody is inside `ask` any more: it is entered under the lock, and not after the shutdown.
        context.close()
        let (flights, abandoned) = state.withLock { state in
            defer {
                state.flights = [:]
                state.abandoned = [:]
            }
            return (Array(state.flights.values), Array(state.abandoned.values))
        }
        for lookup in abandoned + flights.map(\.lookup) { Unmanaged.passUnretained(lookup).release() }
        for waiter in flights.flatMap(\.waiters) { waiter.resume(returning: Answer(.failed(.serverFailed))) }
    }

    /// For poll(2): milliseconds, rounded up; -1 while nothing is on.
    private func pollTimeout() -> Int32 {
        guard let deadline = state.withLock({ $0.nextDeadline }) else { return -1 }
        let now = monotonicNanoseconds()
        return deadline <= now ? 0 : Int32(clamping: (deadline - now + 999_999) / 1_000_000)
    }

    /// Gives up the look-ups whose time is over.
    private func expire(at time: UInt64) {
        let expired = state.withLock { state -> [Flight] in
            guard let next = state.nextDeadline, next <= time else { return [] }
            let expired = state.flights.values.filter { $0.deadline <= time }
            for flight in expired {
                state.flights[flight.lookup.question] = nil
                state.abandoned[ObjectIdentifier(flight.lookup)] = flight.lookup
            }
            state.nextDeadline = state.flights.values.map(\.deadline).min()
            return expired
        }
        let answer = Answer(.failed(.timedOut))
        for flight in expired {
            tally.count(.timedOut)
            cache.keep(answer, for: flight.lookup.question, ttl: 0, at: now())
            if context.cancel(flight.number) {
                state.withLock { $0.abandoned[ObjectIdentifier(flight.lookup)] = nil }
                Unmanaged.passUnretained(flight.lookup).release()
            }
            for waiter in flight.waiters { waiter.resume(returning: answer) }
        }
    }

    func shutDown() {
        let isFirst = state.withLock { state in
            defer { state.isShutDown = true }
            return !state.isShutDown
        }
        if isFirst { bell.ring() }
    }
}

extension Answer {
    /// Reads what libunbound found, CNAMEs followed.
    fileprivate init(_ result: ub_result, to type: RecordType, bounds: AnswerBounds) {
        if result.bogus != 0 {
            self.init(.failed(.bogus))
        } else if result.nxdomain != 0 {
            self.init(.noSuchName, isSecure: result.secure != 0)
        } else if result.rcode != 0 {
            // RFC 1035 section 4.1.1: 5 is "refused".
            self.init(.failed(result.rcode == 5 ? .refused : .serverFailed))
        } else if result.havedata == 0 {
            self.init(.noData, isSecure: result.secure != 0)
        } else {
            self.init(Self.outcome(of: result, type: type, bounds: bounds), isSecure: result.secure != 0)
        }
    }

    private static func outcome(of result: ub_result, type: RecordType, bounds: AnswerBounds) -> Outcome {
        guard let data = result.data, let lengths = result.len else { return .failed(.malformed) }
        var records: [Record] = []
        var bytes = 0
        var index = 0
        while let start = data[index] {
            let length = Int(lengths[index])
            bytes += length
            index += 1
            guard length >= 0, index <= bounds.records, bytes <= bounds.bytes else { return .failed(.malformed) }
            let reading = start.withMemoryRebound(to: UInt8.self, capacity: length) { start in
                RecordData.read(UnsafeBufferPointer(start: start, count: length).span, type: type)
            }
            switch reading {
            case .record(let record): records.append(record)
            case .unusable: continue
            case nil: return .failed(.malformed)
            }
        }
        return records.isEmpty ? .noData : .records(records)
    }
}
