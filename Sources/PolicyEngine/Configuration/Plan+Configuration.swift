import ControlProtocol
import MailPolicy

extension Plan {
    init(reading section: ConfigurationSection, named name: String) {
        let limits = section.limits("limits")
        let whenOver: WhenOver = section.choice("over", default: .defer)
        let allowsNullSender = section.flag("null_sender", default: false)
        let promotion = Promotion(reading: section)
        section.finish()
        self.init(
            name: name, limits: limits, whenOver: whenOver, allowsNullSender: allowsNullSender, promotion: promotion)
    }

    /// All `[plans.NAME]`, with what they say of each other checked.
    static func all(reading root: ConfigurationSection) -> [Plan] {
        let plans = root.namedSections("plans").map { Plan(reading: $0.section, named: $0.name) }
        if plans.isEmpty && !root.document.isProbe {
            root.report("plans", "there is no plan", remedy: "Write at least [plans.new] with its limits")
        }
        checkPromotions(of: plans, root)
        return plans
    }

    private static func checkPromotions(of plans: [Plan], _ root: ConfigurationSection) {
        let next = Dictionary(
            plans.compactMap { plan in plan.promotion.map { (plan.name, $0.plan) } },
            uniquingKeysWith: { one, _ in one })
        var circles: Set<Set<String>> = []
        for plan in plans {
            guard let promotion = plan.promotion else { continue }
            let key = "plans.\(plan.name).promote.to"
            guard plans.contains(where: { $0.name == promotion.plan }) else {
                root.report(key, noSuchPlan(promotion.plan), remedy: known(plans, near: promotion.plan))
                continue
            }
            var trail = [plan.name]
            while let name = trail.last.flatMap({ next[$0] }), !trail.contains(name) { trail.append(name) }
            // Each circle once, and not for those who only lead into it.
            if trail.last.flatMap({ next[$0] }) == plan.name, circles.insert(Set(trail)).inserted {
                let circle = (trail + [plan.name]).joined(separator: " → ")
                root.report(key, "promotions go in a circle: \(circle)", remedy: "End it at one of them")
            }
        }
    }

    static func noSuchPlan(_ name: String) -> String { "there is no plan \"\(name)\"" }

    static func known(_ plans: [Plan], near name: String) -> String {
        let names = plans.map(\.name)
        if let nearest = nearestName(to: name, among: names) { return "Did you mean \"\(nearest)\"?" }
        return "The plans are \(names.quotedList)"
    }
}

extension Promotion {
    /// `promote = { to = "regular", after = "30d", clean = "14d" }`.
    fileprivate init?(reading plan: ConfigurationSection) {
        let section = plan.section("promote")
        let years: ClosedRange<Milliseconds> = 0...3660 * 86_400_000
        let target = section.text("to")
        let age = section.duration("after", default: 30 * 86_400_000, in: years)
        let clean = section.duration("clean", default: 14 * 86_400_000, in: years)
        section.finish()
        guard plan.has("promote") else { return nil }
        guard let target else {
            if !section.has("to") { section.report("to", "it is missing", remedy: "Name the next plan") }
            return nil
        }
        self.init(to: target, age: age, clean: clean)
    }
}
