import MailPolicy

/// An override's kind as the store keeps it: three texts that a person can read with `sqlite3`.
struct OverrideText: Sendable, Equatable {
    var kind: String
    var target: String
    var value: String

    init(kind: String, target: String, value: String) {
        self.kind = kind
        self.target = target
        self.value = value
    }

    init(_ kind: Override.Kind) {
        switch kind {
        case .suspension(let account, let holds):
            self.init(kind: "suspension", target: account, value: holds ? "hold" : "refuse")
        case .accountLimit(let account, let limit):
            self.init(kind: "account-limit", target: account, value: limit.description)
        case .planLimit(let plan, let limit):
            self.init(kind: "plan-limit", target: plan, value: limit.description)
        case .throttle(let carrier, let perSecond):
            self.init(kind: "throttle", target: carrier, value: "\(perSecond)")
        case .whitelist(let network, let carrier):
            self.init(kind: "whitelist", target: network.description, value: carrier ?? "")
        case .block(let network):
            self.init(kind: "block", target: network.description, value: "")
        }
    }

    /// `nil` where it is not readable, such as a kind of a later version.
    var decoded: Override.Kind? {
        switch kind {
        case "suspension": .suspension(account: target, holds: value == "hold")
        case "account-limit": (try? Limit(parsing: value)).map { .accountLimit(account: target, $0) }
        case "plan-limit": (try? Limit(parsing: value)).map { .planLimit(plan: target, $0) }
        case "throttle": Double(value).map { .throttle(carrier: target, perSecond: $0) }
        case "whitelist":
            (try? Network(parsing: target)).map { .whitelist($0, carrier: value.isEmpty ? nil : value) }
        case "block": (try? Network(parsing: target)).map { .block($0) }
        default: nil
        }
    }
}
