import ControlProtocol
import MailPolicy

/// Counts what an action would hit, from the state as it is now.
struct ActionPreview: Sendable {
    let core: EngineCore
    let desk: ActionDesk

    /// - Throws: ``ControlError``.
    func preview(_ action: OperatorAction) async throws -> Preview {
        // Reads what the action names, and refuses what it could not do.
        let plan = try core.plan(action)
        var preview = Preview(
            title: "", facts: [], warnings: [], affected: 1, requiredRole: action.requiredRole,
            command: commandLine(for: action))
        switch action {
        case .suspend(_, let mode): suspension(plan, mode == .hold ? "Hold" : "Suspend", &preview)
        case .contain: suspension(plan, "Contain", &preview)
        case .resume: resume(plan, &preview)
        case .limit(.account, _): limit(ofAccount: plan.target, plan, &preview)
        case .limit(.plan(let name), _): limit(ofPlan: name, plan, &preview)
        case .throttle(let carrier, let perSecond): throttle(carrier, perSecond, &preview)
        case .whitelist(let text, let carrier): try whitelist(text, carrier, &preview)
        case .block(let text): try block(text, &preview)
        case .clear(let text): try clear(text, plan, &preview)
        case .queue(let operation, let selection): try queue(operation, selection, &preview)
        case .undo(let number): try await undo(number, &preview)
        }
        if !plan.creating.isEmpty { preview.warnings += replaced(plan) }
        return preview
    }

    // MARK: Accounts

    /// What of the same kind ends with the action.
    private func replaced(_ plan: OrderPlan) -> [String] {
        let ended = core.gatehouse.withState { state, _ in plan.ending.compactMap { state.gatekeeper.overrides[$0] } }
        return ended.sorted { $0.id < $1.id }.map {
            "already \($0.kind.effect) by \($0.actor): \"\($0.reason)\"; this replaces it"
        }
    }

    private func suspension(_ plan: OrderPlan, _ verb: String, _ preview: inout Preview) {
        let queue = core.queueBoard.index
        let login = plan.target
        let row = core.gatehouse.withState { state, now in
            state.gatekeeper.accounts.find(login).map {
                state.gatekeeper.senderRow(of: $0, queued: queue.messagesByAccount[login] ?? 0, at: now)
            }
        }
        guard let row else { return }
        preview.title = "\(verb) \(row.account)"
        preview.facts.append(
            fact(
                "Stops",
                "\(counted(row.messagesPerMinute, "message")) a minute from \(counted(row.networks, "network"))"))
        preview.facts.append(fact("Account", accountText(row)))
        let places = queue.messages.indices.filter { queue.accounts[$0] == row.account }
        let queued = queue.facts(of: places, now: core.now.wall)
        let held = places.count { !QueueOperation.hold.applies(to: queue.messages.queue(at: $0)) }
        var fate = "untouched; contain holds them too"
        if verb == "Contain" {
            preview.affected = max(places.count - held, 1)
            fate = held == 0 ? "all will be held" : "\(places.count - held) will be held, \(held) on hold already"
        }
        preview.facts.append(
            fact(
                "Queue",
                queued.messages == 0
                    ? "nothing queued"
                    : "\(counted(queued.messages, "message")) to \(counted(queued.recipients, "recipient")), \(fate)"))
        if row.marks.isEmpty, row.refusedLastHour == 0 {
            preview.warnings.append("nothing unusual is known of this account")
        }
        preview.facts += row.marks.map { fact("Sign", $0) }
    }

    private func accountText(_ row: SenderRow) -> String {
        var parts = ["plan \(row.plan)"]
        if let limit = row.limit { parts.append("\(row.used) of \(limit)") }
        parts.append("\(row.refusedLastHour) refused in the last hour")
        if let name = row.name { parts.insert(name, at: 0) }
        return parts.joined(separator: ", ")
    }

    private func resume(_ plan: OrderPlan, _ preview: inout Preview) {
        preview.title = "Resume \(plan.target)"
        preview.facts += ending(plan)
        let index = core.queueBoard.index
        let held = index.messages.indices.count {
            index.accounts[$0] == plan.target && index.messages.queue(at: $0) == .hold
        }
        if held > 0 {
            preview.warnings.append(
                "\(counted(held, "message")) of it \(held == 1 ? "stays" : "stay") on hold; release by hand")
        }
    }

    private func ending(_ plan: OrderPlan) -> [Preview.Fact] {
        let ended = core.gatehouse.withState { state, _ in plan.ending.compactMap { state.gatekeeper.overrides[$0] } }
        return ended.sorted { $0.id < $1.id }.map {
            fact("Ends", "\($0.kind.effect) by \($0.actor): \"\($0.reason)\"")
        }
    }

    private func limit(ofAccount name: String, _ plan: OrderPlan, _ preview: inout Preview) {
        guard case .accountLimit(_, let new)? = plan.creating.first else { return }
        let (present, count) = core.gatehouse.withState { state, now in
            let gatekeeper = state.gatekeeper
            guard let account = gatekeeper.accounts.find(name) else { return (nil as String?, nil as LimitCount?) }
            let present = gatekeeper.limits(of: account, at: now).first { $0.limit.measuresTheSame(as: new) }
            let applied = AppliedLimit(new, from: .override(0))
            let count = gatekeeper.meters.count(
                of: applied, for: MeterKey(.account, account), at: now, zone: gatekeeper.rulebook.zone)
            return (present.map { "\($0.limit) (\(gatekeeper.origin(of: $0)))" }, count)
        }
        preview.title = "Limit \(name)"
        preview.facts.append(fact("Now", present ?? "no limit on \(new.unit) per \(new.period)"))
        preview.facts.append(fact("Then", new.description))
        if let count {
            let free = count.freeAgain.map { ", free again \(core.text(of: $0))" } ?? ""
            let over = count.count >= new.quantity
            preview.facts.append(fact("Taken", "\(count.count) of \(new.quantity)\(over ? free : "")"))
            if over { preview.warnings.append("it is over the new limit at once\(free)") }
        }
    }

    private func limit(ofPlan name: String, _ plan: OrderPlan, _ preview: inout Preview) {
        guard case .planLimit(_, let new)? = plan.creating.first else { return }
        let hit = PlanLimitReach.count(plan: name, new: new, in: core.gatehouse)
        preview.title = "Limit plan \(name)"
        preview.facts.append(fact("Now", hit.present ?? "no limit on \(new.unit) per \(new.period)"))
        preview.facts.append(fact("Then", new.description))
        preview.facts.append(fact("Accounts", "\(hit.accounts) on this plan, \(hit.active) sent in the period"))
        preview.facts.append(
            fact("Over", "\(counted(hit.over, "account")) at once, \(hit.overNow) over the present limit"))
        if !hit.examples.isEmpty { preview.facts.append(fact("First", hit.examples.joined(separator: ", "))) }
        if hit.ownLimit > 0 {
            preview.facts.append(fact("Not hit", "\(counted(hit.ownLimit, "account")) with a limit of their own"))
        }
        preview.affected = hit.accounts
        if hit.over > hit.overNow {
            let fate = hit.whenOver == .hold ? "held" : "refused"
            preview.warnings.append(
                "mail of \(counted(hit.over - hit.overNow, "account")) will be \(fate) from the next message on")
        }
    }

    // MARK: Carriers

    private func throttle(_ name: String, _ perSecond: Double, _ preview: inout Preview) {
        let queue = core.queueBoard.index.recipientsByCarrier
        let row = core.gatehouse.withState { state, now in
            state.gatekeeper.carrierIndex(name).map { state.gatekeeper.carrierRow($0, queue: queue, at: now) }
        }
        guard let row else { return }
        preview.title = "Throttle \(name)"
        preview.facts.append(
            fact(
                "Now",
                "\(rateText(row.ratePerSecond)), \(row.actualPerSecond) a second pass; configured \(rateText(row.configuredPerSecond))"
            ))
        preview.facts.append(fact("Then", rateText(perSecond)))
        preview.facts.append(fact("Waiting", "\(row.waiting) now, \(row.deferredLastHour) sent back in the last hour"))
        preview.facts.append(fact("Queue", "\(counted(row.queued, "recipient")), \(row.queueDeferred) deferred"))
        if row.queued > 0, perSecond > 0 {
            preview.facts.append(
                fact("Drains", "in \(durationText(Double(row.queued) / perSecond)) if nothing is added"))
        }
        preview.affected = max(row.queued + row.waiting, 1)
        if perSecond == 0 {
            preview.warnings.append("nothing reaches \(name) until this ends")
        } else if perSecond < row.actualPerSecond {
            preview.warnings.append(
                "mail comes faster than this: it will pile up by \(Int(((row.actualPerSecond - perSecond) * 60).rounded())) a minute"
            )
        }
    }

    // MARK: Sources

    private func whitelist(_ text: String, _ carrier: String?, _ preview: inout Preview) throws {
        let network = try OrderCheck.network(text)
        let reach = SourceReach.count(network, in: core.gatehouse)
        preview.title = "Whitelist \(network)" + (carrier.map { " for \($0)" } ?? "")
        preview.facts += reach.facts
        preview.facts.append(fact("Then", "passed at the mx gate without rates"))
        preview.affected = max(reach.addresses, 1)
        if network.prefix < (network.base.isV4 ? 96 + 16 : 32) {
            preview.warnings.append("\(network) is a very large network")
        }
        if reach.score > 0 { preview.warnings.append("sources in it scored \(reach.score) in the last hour") }
        preview.warnings += reach.rules(blocking: true).map {
            "\($0) in it stays blocked, since the more specific rule wins"
        }
    }

    private func block(_ text: String, _ preview: inout Preview) throws {
        let network = try OrderCheck.network(text)
        let reach = SourceReach.count(network, in: core.gatehouse)
        preview.title = "Block \(network)"
        preview.facts += reach.facts
        preview.facts.append(fact("Then", "refused at the mx gate, 554 5.7.1"))
        preview.affected = max(reach.addresses, 1)
        if network.prefix < (network.base.isV4 ? 96 + 16 : 32) {
            preview.warnings.append("\(network) is a very large network")
        }
        if reach.accounts > 0 {
            preview.warnings.append(
                "\(counted(reach.accounts, "account")) submitted from it in the last hour; submission is not blocked")
        }
        preview.warnings += reach.rules(blocking: false).map {
            "\($0) in it stays whitelisted, since the more specific rule wins"
        }
        preview.warnings += reach.around.map { "it lies in the whitelisted \($0)" }
    }

    private func clear(_ text: String, _ plan: OrderPlan, _ preview: inout Preview) throws {
        let network = try OrderCheck.network(text)
        preview.title = "Clear \(network)"
        preview.facts += ending(plan)
    }

    // MARK: Queue and undo

    private func queue(_ operation: QueueOperation, _ selection: QueueSelection, _ preview: inout Preview) throws {
        let index = core.queueBoard.index
        let now = core.now.wall
        let selection = selection.folded(in: core.gatehouse)
        let matching = try index.resolve(selection, now: now)
        let places = matching.filter { operation.applies(to: index.messages.queue(at: $0)) }
        preview.title = "\(operation.rawValue.capitalized) \(selection)"
        preview.facts = index.facts(of: places, now: now).facts(now: now)
        preview.affected = places.count
        let others = matching.count - places.count
        if others > 0 {
            preview.warnings.append(
                "\(counted(others, "message")) \(others == 1 ? "is" : "are") \(operation.obstacle), and left alone")
        }
        if operation == .delete { preview.warnings.append("deleted mail is gone: this cannot be undone") }
        if let age = core.queueBoard.ageSeconds(at: now), age > 60 {
            preview.warnings.append("the queue was read \(durationText(age)) ago")
        }
    }

    private func undo(_ number: Int64, _ preview: inout Preview) async throws {
        let plan = try await desk.undoPlan(number)
        preview.title = "Undo #\(number): \(plan.entry.verb) \(plan.entry.target)"
        preview.facts.append(fact("Was", "\(plan.entry.detail), by \(plan.entry.actor): \"\(plan.entry.reason)\""))
        preview.facts += plan.effects.map { fact("Then", $0) }
        preview.requiredRole = plan.requiredRole
        preview.affected = max(plan.messages.count, 1)
    }

    private func fact(_ label: String, _ text: String) -> Preview.Fact { Preview.Fact(label: label, text: text) }
}

/// `1 message`, `3 messages`.
func counted(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }

/// `40 s`, `12 min`, `3.5 h`, `2 days`.
func durationText(_ seconds: Double) -> String {
    switch seconds {
    case ..<120: "\(Int(seconds.rounded())) s"
    case ..<7200: "\(Int((seconds / 60).rounded())) min"
    case ..<172_800: "\((seconds / 360).rounded() / 10) h"
    default: "\(Int((seconds / 86_400).rounded())) days"
    }
}
