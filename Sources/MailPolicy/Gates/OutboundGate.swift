/// A request that waits for a carrier's place.
struct WaitingRequest: Sendable {
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
        guard let carrier = carrier(of: text.extracting(request.recipient)) else {
            return .answer(Verdict(.accepted, .passed))
        }
        let asked = key == 0 ? 0 : identity(key, request, in: text)
        if key != 0, hasPassed(asked, key, at: now) {
            var verdict = Verdict(.accepted, .repeated)
            verdict.carrier = carrier
            return .answer(verdict)
        }
        lastTicket += 1
        switch carriers[Int(carrier)].pacer.arrive(lastTicket, at: now.steady) {
        case .passes:
            let request = WaitingRequest(carrier: carrier, transaction: key, asked: asked)
            let verdict = pass(request, waited: 0, at: now)
            if key != 0 {
                connection.transaction = transactions.find(key) ?? -1
                connection.transactionKey = key
                remember(asked, verdict, on: &connection)
            }
            return .answer(verdict)
        case .waits:
            waiting[lastTicket] = WaitingRequest(carrier: carrier, transaction: key, asked: asked)
            connection.ticket = lastTicket
            return .wait(ticket: lastTicket)
        case .refused(let freeIn):
            return .answer(sendBack(carrier, waited: 0, freeIn: freeIn, at: now))
        }
    }

    private func hasPassed(_ asked: UInt64, _ key: UInt64, at now: Moment) -> Bool {
        if let open = transactions.find(key), transactions[open].hasRecipient(asked) { return true }
        return transactions.remembered(asked, at: now.steady)?.outcome == .accepted
    }

    private mutating func pass(_ request: WaitingRequest, waited: Milliseconds, at now: Moment) -> Verdict {
        carriers[Int(request.carrier)].notePass(at: now.steady)
        if request.transaction != 0 {
            let open =
                transactions.find(request.transaction)
                ?? transactions.open(request.transaction, account: -1, at: now.steady)
            transactions[open].touched = now.steady
            transactions[open].addRecipient(request.asked)
        }
        var verdict = Verdict(.accepted, .carrierPace)
        verdict.carrier = request.carrier
        verdict.waited = waited
        verdict.override = carriers[Int(request.carrier)].throttle
        return verdict
    }

    private mutating func sendBack(
        _ carrier: Int32, waited: Milliseconds, freeIn: Milliseconds?, at now: Moment
    ) -> Verdict {
        carriers[Int(carrier)].noteDeferral(at: now.steady)
        var verdict = Verdict(.deferred, .carrierPace)
        verdict.carrier = carrier
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
        if connection.ticket == ticket { connection.ticket = 0 }
    }

    /// A connection that waited is gone.
    mutating func leave(_ ticket: UInt64) {
        guard let request = waiting.removeValue(forKey: ticket) else { return }
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
