import ControlProtocol
import MailPolicy

extension Gatekeeper {
    func carrierRows(queue: [String: QueueIndex.CarrierQueue], at now: Moment) -> [CarrierRow] {
        rulebook.carriers.indices.map { carrierRow(Int32($0), queue: queue, at: now) }
    }

    func carrierRow(_ index: Int32, queue: [String: QueueIndex.CarrierQueue], at now: Moment) -> CarrierRow {
        let carrier = rulebook.carriers[Int(index)]
        let state = carriers[Int(index)]
        let queued = queue[carrier.name] ?? QueueIndex.CarrierQueue()
        return CarrierRow(
            carrier: carrier.name, domains: carrier.domains,
            networks: (carrier.networks.map(\.description) + whitelisted(for: carrier.name)),
            configuredPerSecond: carrier.perSecond, ratePerSecond: state.pacer.perSecond,
            actualPerSecond: state.perSecond(at: now.steady), waiting: state.pacer.waiting,
            passedLastHour: state.passed.count(at: now.steady), deferredLastHour: state.deferred.count(at: now.steady),
            queued: queued.queued, queueDeferred: queued.deferred, overrides: badges(ofCarrier: carrier.name))
    }

    private func whitelisted(for carrier: String) -> [String] {
        overrides.values.sorted { $0.id < $1.id }.compactMap { override in
            if case .whitelist(let network, carrier?) = override.kind { network.description } else { nil }
        }
    }

    func planRows(at now: Moment, accountsByPlan: [String: Int]) -> [PlanRow] {
        rulebook.plans.indices.map { index in
            let plan = rulebook.plans[index]
            return PlanRow(
                plan: plan.name, limits: limits(ofPlan: Int32(index)).map(\.limit.description),
                accounts: accountsByPlan[plan.name] ?? 0, whenOver: plan.whenOver.rawValue,
                overrides: badges(ofPlan: plan.name))
        }
    }
}
