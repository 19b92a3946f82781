import MailPolicy

extension SignRules {
    init(reading section: ConfigurationSection) {
        let standard = SignRules()
        self.init(
            networksPerHour: section.count("networks_per_hour", default: standard.networksPerHour, in: 2...10_000),
            unknownRecipientsPerHour: section.count(
                "unknown_recipients_per_hour", default: standard.unknownRecipientsPerHour, in: 1...1_000_000),
            timesItsOwnPast: section.number("times_own_past", in: 1...1_000_000) ?? standard.timesItsOwnPast,
            leastMessagesPerHour: section.count(
                "least_messages_per_hour", default: standard.leastMessagesPerHour, in: 1...10_000_000),
            response: section.choice("response", default: standard.response),
            suspendFor: section.duration("suspend_for", default: standard.suspendFor, in: 60_000...366 * 86_400_000))
        section.finish()
    }
}
