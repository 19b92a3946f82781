/// Whom people write to.
struct Recipients: Sendable {
    /// Recipient domains of the carriers, the first the most used.
    static let docomo = ["docomo.ne.jp"]
    static let au = ["ezweb.ne.jp", "ezweb.ne.jp", "au.com", "uqmobile.jp"]
    static let softbank = [
        "softbank.ne.jp", "i.softbank.jp", "softbank.ne.jp", "t.vodafone.ne.jp", "ymobile.ne.jp", "ymobile1.ne.jp",
    ]
    private static let elsewhere = [
        "mail.example", "example.org", "example.com", "example.net", "univ.example", "kaisha.example", "city.example",
        "koubou.example", "denki.example", "gakkou.example",
    ]
    private static let words = [
        "sakura", "momo", "neko", "hana", "yuki", "sora", "umi", "kaze", "hoshi", "tsuki", "rin", "kuma", "haru",
        "nami",
    ]

    static func telephone(_ carrier: [String], _ random: inout RandomStream) -> String {
        // Telephone mail addresses are long, since short ones were guessed by spammers.
        "\(random.pick(words)).\(random.pick(words))-\(random.within(100...99_999))@\(random.pick(carrier))"
    }

    /// docomo, au, SoftBank, or all the same.
    static func anyTelephone(_ random: inout RandomStream) -> String {
        telephone([docomo, au, softbank][random.pick(weights: [0.5, 0.28, 0.22])], &random)
    }

    static func person(at domain: String, _ random: inout RandomStream) -> String {
        let surname = random.pick(JapaneseNames.surnames).latin
        return random.chance(0.5)
            ? "\(surname)@\(domain)" : "\(random.pick(JapaneseNames.givenNames).latin.prefix(1)).\(surname)@\(domain)"
    }

    static func somebody(_ random: inout RandomStream) -> String {
        if random.chance(0.16) { return anyTelephone(&random) }
        return person(at: random.pick(elsewhere), &random)
    }

    static func isTelephone(_ address: String) -> Bool { address.hasSuffix(".jp") || address.hasSuffix("@au.com") }

    /// A domain that writes to us.
    static func foreignDomain(_ random: inout RandomStream) -> String { random.pick(elsewhere) }
}
