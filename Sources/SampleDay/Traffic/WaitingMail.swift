/// Forwarded mail that waits at 14:01, by where it goes.
struct WaitingMail: Sendable {
    let docomo: [ForwardedMail]
    let au: [ForwardedMail]
    let softbank: [ForwardedMail]
    let elsewhere: [ForwardedMail]

    /// Enough of each to fill the picture of the queue.
    init(seed: UInt64) {
        var random = RandomStream(seed: seed, purpose: "forwarded mail")
        docomo = Self.mail(
            to: Recipients.docomo, ages: [(5, 620), (10, 510), (20, 410), (40, 200), (80, 100)], &random)
        au = Self.mail(to: Recipients.au, ages: [(5, 390), (10, 12)], &random)
        softbank = Self.mail(to: Recipients.softbank, ages: [(5, 188)], &random)
        elsewhere = Self.mail(to: nil, ages: [(5, 402), (10, 201), (20, 98), (40, 40), (80, 20), (300, 10)], &random)
    }

    /// - Parameter ages: so many that are younger than so many minutes, and older than the group before.
    private static func mail(
        to carrier: [String]?, ages: [(minutes: Int, count: Int)], _ random: inout RandomStream
    ) -> [ForwardedMail] {
        var younger = 0
        var mail: [ForwardedMail] = []
        for (minutes, count) in ages {
            for _ in 0..<count {
                let age = Int64(random.within(younger * 60_000 + 1000...minutes * 60_000 - 1000))
                mail.append(ForwardedMail(to: carrier, arrived: DayClock.demonstration - age, &random))
            }
            younger = minutes
        }
        return mail
    }
}
