import MailPolicy

extension Rulebook {
    /// Reads all that the gates decide by.
    ///
    /// - Parameters:
    ///   - accounts: `[accounts]`, which also names the directory.
    ///   - authentication: `[authentication]`, which also says how the DNS is asked.
    init(
        reading root: ConfigurationSection, accounts: ConfigurationSection, authentication: ConfigurationSection
    ) {
        let standard = Rulebook(plans: [])
        let plans = Plan.all(reading: root)
        let carriers = Carrier.all(reading: root)
        let signUpPlan = accounts.text("sign_up_plan", default: standard.signUpPlan)
        if !plans.isEmpty, !plans.contains(where: { $0.name == signUpPlan }) {
            accounts.report(
                "sign_up_plan", Plan.noSuchPlan(signUpPlan), remedy: Plan.known(plans, near: signUpPlan))
        }
        let submission = root.section("submission")
        let mx = root.section("mx")
        let sources = SourceRules(reading: mx)
        sources.checkBlocks(mx, carriers: carriers)
        self.init(
            zone: Self.zone(root), ownDomains: root.domains("domains"), plans: plans, signUpPlan: signUpPlan,
            unknownAccounts: accounts.choice("unknown", default: standard.unknownAccounts),
            unknownAccountsKept: accounts.count(
                "unknown_kept", default: standard.unknownAccountsKept, in: 1...10_000_000),
            carriers: carriers, signs: SignRules(reading: root.section("signs")), sources: sources,
            dmarc: DMARCRules(reading: authentication), ownHosts: OwnHosts(reading: authentication),
            commitPoint: submission.choice("commit", default: standard.commitPoint),
            reservationTimeout: submission.duration(
                "reservation_timeout", default: standard.reservationTimeout, in: 1000...86_400_000),
            contact: root.replyText("contact") ?? standard.contact,
            bulkService: root.replyText("bulk_service"),
            overDaysForBulkService: root.count(
                "bulk_service_after_days", default: standard.overDaysForBulkService, in: 1...7),
            subaddressDelimiter: Self.delimiter(accounts))
        submission.finish()
    }

    private static func zone(_ root: ConfigurationSection) -> ZoneOffsets {
        guard let name = root.text("time_zone") else { return .utc }
        guard let zone = ZoneOffsets(ianaName: name, around: root.document.now) else {
            root.report(
                "time_zone", "\"\(name)\" is no time zone", remedy: "Write an IANA name such as \"Asia/Tokyo\"")
            return .utc
        }
        return zone
    }

    private static func delimiter(_ accounts: ConfigurationSection) -> Character? {
        guard let text = accounts.text("subaddress_delimiter"), !text.isEmpty else { return nil }
        guard let character = text.first, text.count == 1, character.isASCII, character != "@" else {
            accounts.report(
                "subaddress_delimiter", "\"\(text)\" is no single ASCII character", remedy: "Write \"+\", or \"\"")
            return nil
        }
        return character
    }
}
