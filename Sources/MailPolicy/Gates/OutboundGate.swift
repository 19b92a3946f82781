/// A request that waits for a carrier's place.
struct WaitingRequest: Sendable {
    /// -1 where the rulebook no longer has it.
    var carrier: Int32
    var transaction: UInt64
    var asked: UInt64
}

/// The outbound gate: how fast mail may reach a carrier. Its unit is the recipient, since that is what carriers count.
extension Gatekeeper {
    mutating func decideOutbound(
        _ request: GateRequest, in text: Span<UInt8>, on connection: inout Connection, at now: Moment
    ) -> Decision {
        guard request.state == .recipient else { return .answer(Verdict(.accepted, .notJudged)) }
        let key = transactionKey(request, in: text)
        endTransaction(of: &connection, unless: key)
        guard let carrier = destination(of: text.extracting(request.recipient))?.carrier, carrier >= 0 else {
            return .answer(Verdict(.accepted, .passed))
        }
        let asked = key == 0 ? 0 : identity(key, request, in: text)
        connection.lastKey = key
        if key != 0, let open = transactions.find(key), transactions[open].hasRecipient(asked) {
            let verdict = Verdict(.accepted, .repeated, carrier: carrier)
            settle(verdict, on: &connection)
            return .answer(verdict)
        }
        lastTicket += 1
        let request = WaitingRequest(carrier: carrier, transaction: key, asked: asked)
        switch carriers[Int(carrier)].pacer.arrive(lastTicket, at: now.steady) {
        case .passes:
            let verdict = pass(request, waited: 0, at: now)
            settle(verdict, on: &connection)
            return .answer(verdict)
        case .waits:
            waiting[lastTicket] = request
            connection.ticket = lastTicket
            return .wait(ticket: lastTicket)
        case .refused(let freeIn):
            return .answer(sendBack(carrier, waited: 0, freeIn: freeIn, at: now))
        }
    }

    /// The connection has its answer; what passed is its transaction from now on.
    private mutating func settle(_ verdict: Verdict, on connection: inout Connection) {
        guard connection.lastKey != 0, verdict.outcome == .accepted else { return }
        attach(transactions.find(connection.lastKey), connection.lastKey, to: &connection)
    }

    private mutating func pass(_ request: WaitingRequest, waited: Milliseconds, at now: Moment) -> Verdict {
        carriers[Int(request.carrier)].notePass(at: now.steady)
        if request.transaction != 0 {
            let open =
                transactions.find(request.transaction)
                ?? openTransaction(request.transaction, countsAtOnce: true, at: now)
            transactions[open].touched = now.steady
            transactions[open].addRecipient(request.asked)
        }
        var verdict = Verdict(.accepted, .carrierPace, carrier: request.carrier)
        verdict.waited = waited
        verdict.override = carriers[Int(request.carrier)].throttle
        return verdict
    }

    private mutating func sendBack(
        _ carrier: Int32, waited: Milliseconds, freeIn: Milliseconds?, at now: Moment
    ) -> Verdict {
        carriers[Int(carrier)].noteDeferral(at: now.steady)
        var verdict = Verdict(.deferred, .carrierPace, carrier: carrier)
        verdict.waited = waited
        verdict.override = carriers[Int(carrier)].throttle
        verdict.freeAgain = freeIn.map { now.wall + $0 }
        return verdict
    }

    /// Answers those whose place has come, and those whose time is over.
    package mutating func advancePacers(at now: Moment) -> [(ticket: UInt64, verdict: Verdict)] {
        var answers: [(ticket: UInt64, verdict: Verdict)] = []
        for ticket in orphanedTickets where waiting.removeValue(forKey: ticket) != nil {
            answers.append((ticket, Verdict(.accepted, .passed)))
        }
        orphanedTickets = []
        for index in carriers.indices where carriers[index].pacer.waiting > 0 {
            for outcome in carriers[index].pacer.advance(to: now.steady) {
                guard let request = waiting.removeValue(forKey: outcome.ticket) else { continue }
                if outcome.passes {
                    answers.append((outcome.ticket, pass(request, waited: outcome.waited, at: now)))
                } else {
                    let free = carriers[index].pacer.expectedWait(at: now.steady)
                    let verdict = sendBack(request.carrier, waited: outcome.waited, freeIn: free, at: now)
                    answers.append((outcome.ticket, verdict))
                }
            }
        }
        return answers
    }

    /// Sends all back who wait, to be tried again: the engine is closing.
    package mutating func sendBackAll(at now: Moment) -> [(ticket: UInt64, verdict: Verdict)] {
        var answers = advancePacers(at: now)
        for (ticket, request) in waiting {
            let waiter = carriers[Int(request.carrier)].pacer.leave(ticket)
            let waited = waiter.map { now.steady - $0.since } ?? 0
            answers.append((ticket, sendBack(request.carrier, waited: waited, freeIn: nil, at: now)))
        }
        waiting = [:]
        return answers
    }

    /// Steady time at which ``advancePacers(at:)`` has something to do.
    package var nextPacerEvent: Milliseconds? {
        guard orphanedTickets.isEmpty else { return 0 }
        var next: Milliseconds?
        for index in carriers.indices {
            if let event = carriers[index].pacer.nextEvent { next = min(next ?? .max, event) }
        }
        return next
    }

    /// The answer that a connection waited for has been given.
    package mutating func answered(_ connection: inout Connection, with verdict: Verdict, ticket: UInt64) {
        guard connection.ticket == ticket else { return }
        connection.ticket = 0
        settle(verdict, on: &connection)
    }

    /// A connection that waited is gone.
    mutating func leave(_ ticket: UInt64) {
        guard let request = waiting.removeValue(forKey: ticket), request.carrier >= 0 else { return }
        carriers[Int(request.carrier)].pacer.leave(ticket)
    }
}

extension Gatekeeper {
    /// The carrier of a recipient domain.
    package func carrierName(ofDomain domain: String) -> String? {
        var domain = domain
        let carrier = domain.withUTF8 { domains.find($0.span)?.carrier ?? -1 }
        return carrier >= 0 ? rulebook.carriers[Int(carrier)].name : nil
    }
}
