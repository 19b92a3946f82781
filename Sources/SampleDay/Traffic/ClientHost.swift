/// Where a connection comes from. All addresses are from blocks that no one has on the Internet (RFC 5737, RFC 6598,
/// RFC 2544, RFC 3849).
struct ClientHost: Sendable {
    var address: String
    /// What the address resolves to, if that resolves back.
    var name: String
    var helo: String

    init(address: String, name: String, helo: String) {
        self.address = address
        self.name = name
        self.helo = helo
    }

    /// A subscriber's line, in 100.64.0.0/10.
    init(subscriber number: Int) {
        let address = "100.\(64 + number / 50_000 % 64).\(number / 200 % 250).\(number % 200 + 20)"
        let name = address.split(separator: ".").joined(separator: "-") + ".ap.isp.example"
        self.init(
            address: address, name: name,
            helo: number % 3 == 0 ? "smtpclient.example" : "[192.168.1.\(number % 100 + 2)]")
    }

    /// A host somewhere: the first in network `number` of 198.18.0.0/15, or of 2001:db8::/32 where `v6`.
    init(elsewhere number: Int, host: Int = 9, v6: Bool = false) {
        if v6 {
            let address =
                "2001:db8:\(String(number / 0x10000 % 0x10000, radix: 16)):\(String(number % 0x10000, radix: 16))::\(String(host, radix: 16))"
            self.init(address: address, name: "unknown", helo: "[\(address)]")
        } else {
            let address = "198.\(18 + number / 256 % 2).\(number % 256).\(host)"
            self.init(address: address, name: "unknown", helo: "[\(address)]")
        }
    }
}
