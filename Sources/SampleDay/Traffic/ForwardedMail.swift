/// Mail from outside that customers have forwarded to their telephones. Nobody logged in to send it, so it belongs to
/// no account; most of a provider's mail to carriers is of this kind.
struct ForwardedMail: Sendable {
    var sender: String
    var recipient: String
    var arrived: Int64
    var size: Int

    init(to carrier: [String]?, arrived: Int64, _ random: inout RandomStream) {
        let domain = Recipients.foreignDomain(&random)
        sender = random.chance(0.05) ? "" : Recipients.person(at: domain, &random)
        recipient =
            carrier.map { Recipients.telephone($0, &random) }
            ?? Recipients.person(at: Recipients.foreignDomain(&random), &random)
        self.arrived = arrived
        size = random.within(1200...60_000)
    }
}
