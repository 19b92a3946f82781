import Glibc
import Testing

@testable import MailPolicy

@Suite("Addresses and networks")
struct AddressTests {
    @Test(
        arguments: [
            // RFC 5952 section 4, and 5 with its mapped addresses.
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:0db8::0001", "2001:db8::1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:DB8::ABCD", "2001:db8::abcd"), ("0:0:0:0:0:0:0:0", "::"), ("::1", "::1"), ("1::", "1::"),
            ("::ffff:192.0.2.1", "192.0.2.1"), ("::FFFF:c000:201", "192.0.2.1"), ("192.0.2.1", "192.0.2.1"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("fe80:0:0:0:1:2:3:4", "fe80::1:2:3:4"),
        ])
    func isWrittenAsRFC5952Says(text: String, canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
        #expect(IPAddress(canonical) == IPAddress(text))
    }

    @Test(
        arguments: [
            "", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.", ".1.2.3", "1..2.3",
            "1.2.3.4 ",
            "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", ":1::", "1:2:3:4:5:6:7:",
            "::1%eth0",
            "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4::", "::1.2.3.4:5", "unknown", "１.２.３.４",
        ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func readsWhatTheSystemReads() {
        var random = SplitMix64(seed: 99)
        let alphabet = Array("0123456789abcdefAF:::::....%g ".utf8)
        for round in 0..<60_000 {
            var text: [UInt8]
            if round % 3 == 0 {
                text = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                    alphabet.randomElement(using: &random) ?? 0
                }
            } else {
                text = Array(Self.plausible(&random).utf8)
                if !text.isEmpty, random.once(in: 2) {
                    text[.random(in: text.indices, using: &random)] = alphabet.randomElement(using: &random) ?? 0
                }
            }
            let string = String(decoding: text, as: UTF8.self)
            #expect(IPAddress(parsing: text.span) == Self.system(string), "\(string)")
        }
    }

    private static func plausible(_ random: inout SplitMix64) -> String {
        if random.once(in: 3) {
            return (0..<4).map { _ in "\(Int.random(in: 0...300, using: &random))" }.joined(separator: ".")
        }
        var groups = (0..<Int.random(in: 1...8, using: &random)).map { _ in
            String(Int.random(in: 0...0x1_0fff, using: &random) >> Int.random(in: 0...16, using: &random), radix: 16)
        }
        if random.once(in: 2) { groups.insert("", at: .random(in: 0...groups.count, using: &random)) }
        if random.once(in: 4) { groups.append("192.0.2.\(Int.random(in: 0...260, using: &random))") }
        return groups.joined(separator: ":")
    }

    private static func system(_ text: String) -> IPAddress? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return IPAddress(v4: UInt32(bigEndian: four.s_addr)) }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        return withUnsafeBytes(of: &six) { bytes in
            var high: UInt64 = 0
            var low: UInt64 = 0
            for index in 0..<8 { high = high << 8 | UInt64(bytes[index]) }
            for index in 8..<16 { low = low << 8 | UInt64(bytes[index]) }
            return IPAddress(high: high, low: low)
        }
    }

    @Test(
        arguments: [
            ("192.0.2.0/24", "192.0.2.0/24"), ("192.0.2.9", "192.0.2.9"), ("192.0.2.9/32", "192.0.2.9"),
            ("0.0.0.0/0", "0.0.0.0/0"), ("::/0", "::/0"), ("2001:db8::/32", "2001:db8::/32"), ("::1/128", "::1"),
        ])
    func networksAreReadAndWritten(text: String, canonical: String) throws {
        let network = try Network(parsing: text)
        #expect(network.description == canonical)
        #expect(try Network(parsing: network.description) == network)
    }

    @Test(
        arguments: [
            ("192.0.2.9/24", "the network is 192.0.2.0/24"), ("192.0.2.0/33", "0 to 32"), ("192.0.2.0/+24", "0 to 32"),
            ("192.0.2.0/", "0 to 32"), ("192.0.2.0/-1", "0 to 32"), ("2001:db8::/129", "0 to 128"),
            ("192.0.2.0/24/8", "cannot be read"), ("docomo", "cannot be read"), ("", "cannot be read"),
            ("192.0.2.0/99999999999999999999", "0 to 32"),
        ])
    func aBadNetworkSaysWhatIsWrong(text: String, problem: String) {
        let error = #expect(throws: NetworkTextError.self) { try Network(parsing: text) }
        #expect(error?.description.contains(problem) == true)
    }

    @Test func networksContainTheirOwnKindOnly() throws {
        let all6 = try Network(parsing: "::/0")
        let all4 = try Network(parsing: "0.0.0.0/0")
        let four = try #require(IPAddress("192.0.2.1"))
        let six = try #require(IPAddress("2001:db8::1"))
        #expect(all4.contains(four) && !all4.contains(six))
        #expect(all6.contains(six) && !all6.contains(four))
        #expect(!all6.contains(all4))
        #expect(try Network(parsing: "192.0.2.0/24").overlaps(Network(parsing: "192.0.2.128/25")))
        #expect(try !Network(parsing: "192.0.2.0/24").overlaps(Network(parsing: "192.0.3.0/24")))
        #expect(four.countedNetwork.description == "192.0.2.0/24")
        #expect(six.countedNetwork.description == "2001:db8::/64")
    }

    @Test func theMostSpecificNetworkIsFound() throws {
        var random = SplitMix64(seed: 4)
        var set = NetworkSet<Int>()
        var plain: [(Network, Int)] = []
        func address() -> IPAddress {
            random.once(in: 2)
                ? IPAddress(v4: 0x0A00_0000 | UInt32.random(in: 0..<0x4000, using: &random))
                : IPAddress(high: 0x2001_0db8_0000_0000, low: UInt64.random(in: 0..<0x4000, using: &random))
        }
        for number in 0..<300 {
            let base = address()
            let network = Network(masking: base, prefix: .random(in: base.isV4 ? 96...128 : 0...128, using: &random))
            set.insert(network, number)
            plain.removeAll { $0.0 == network }
            plain.append((network, number))
        }
        for _ in 0..<5000 {
            let wanted = address()
            let expected = plain.filter { $0.0.contains(wanted) }.max { $0.0.prefix < $1.0.prefix }
            let found = set.find(wanted)
            #expect(found?.network == expected?.0)
            #expect(found?.value == expected?.1)
        }
    }
}
