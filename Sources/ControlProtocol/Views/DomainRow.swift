/// What was found of the messages that came in under a domain's name.
package struct DomainRow: Codable, Sendable, Equatable, Identifiable {
    package var domain: String
    /// One of the site's own domains.
    package var own: Bool
    package var messagesLastHour: Int
    /// By method: `spf`, `senderid`, `dkim`, `dmarc`, `arc`. Methods that nothing was asked of are not there.
    package var methods: [String: MethodFigures]
    /// Addresses that came up in the last hour and only ever failed, while the domain's mail passed before.
    package var newFailingSources: [String]
    /// Messages of the last hour that failed and came from addresses that nothing had passed from and that had come up
    /// within an hour: all such addresses, also those that are not worth a name.
    package var failedFromNewSources: Int
    /// Whether a person should look at these: the domain's mail used to pass, and it is more than usual.
    package var standsOut: Bool
    package var id: String { domain }

    package init(
        domain: String, own: Bool, messagesLastHour: Int, methods: [String: MethodFigures] = [:],
        newFailingSources: [String] = [], failedFromNewSources: Int = 0, standsOut: Bool = false
    ) {
        self.domain = domain
        self.own = own
        self.messagesLastHour = messagesLastHour
        self.methods = methods
        self.newFailingSources = newFailingSources
        self.failedFromNewSources = failedFromNewSources
        self.standsOut = standsOut
    }

    /// The new failing sources in a line, also where none of them is worth a name; empty where nothing stands out.
    ///
    /// - Parameter count: How a number is written.
    package func newFailingText(_ count: (Int) -> String) -> String {
        guard standsOut else { return "" }
        let names = newFailingSources.isEmpty ? "many" : newFailingSources.joined(separator: " ")
        return "\(count(failedFromNewSources)) failed: \(names)"
    }

    /// The methods in the order in which they are shown.
    package static let methodNames = ["spf", "senderid", "dkim", "dmarc", "arc"]
}

/// What one method found of a domain's messages, in the last minute, hour and day.
package struct MethodFigures: Codable, Sendable, Equatable {
    package var minute: FindingCounts
    package var hour: FindingCounts
    package var day: FindingCounts

    package init(minute: FindingCounts, hour: FindingCounts, day: FindingCounts) {
        self.minute = minute
        self.hour = hour
        self.day = day
    }
}

/// Messages by what was found of them.
package struct FindingCounts: Codable, Sendable, Equatable {
    package var pass: Int
    package var fail: Int
    /// The domain says nothing about it.
    package var none: Int
    package var temperror: Int
    package var permerror: Int

    package init(pass: Int = 0, fail: Int = 0, none: Int = 0, temperror: Int = 0, permerror: Int = 0) {
        self.pass = pass
        self.fail = fail
        self.none = none
        self.temperror = temperror
        self.permerror = permerror
    }

    package var messages: Int { pass + fail + none + temperror + permerror }
    package var errors: Int { temperror + permerror }
    /// Of all messages, 0 to 1; `nil` where there were none.
    package var passRate: Double? { messages > 0 ? Double(pass) / Double(messages) : nil }
    /// Of those that could have passed, 0 to 1: a message that the domain says nothing about is no failure.
    package var failRate: Double? { messages > none ? Double(fail + errors) / Double(messages - none) : nil }

    private enum CodingKeys: String, CodingKey { case pass, fail, none, temperror, permerror, passRate }

    /// With the rate, so that a script need not know what it is a share of.
    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(pass, forKey: .pass)
        try box.encode(fail, forKey: .fail)
        try box.encode(none, forKey: .none)
        try box.encode(temperror, forKey: .temperror)
        try box.encode(permerror, forKey: .permerror)
        try box.encodeIfPresent(passRate, forKey: .passRate)
    }

    package init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            pass: try box.decode(Int.self, forKey: .pass), fail: try box.decode(Int.self, forKey: .fail),
            none: try box.decode(Int.self, forKey: .none), temperror: try box.decode(Int.self, forKey: .temperror),
            permerror: try box.decode(Int.self, forKey: .permerror))
    }
}
