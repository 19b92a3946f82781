/// An address block: `192.0.2.0/24`, `2001:db8::/32`, or one address.
package struct Network: Hashable, Sendable {
    /// The first address; all bits after the prefix are clear.
    package let base: IPAddress
    /// Length of 128 bits; an IPv4 block has 96 more than it is written with.
    package let prefix: Int

    /// The block of that length that contains the address.
    package init(masking address: IPAddress, prefix: Int) {
        base = address.masked(prefix)
        self.prefix = prefix
    }

    package init(_ address: IPAddress) { self.init(masking: address, prefix: 128) }

    /// Whether it is a block of IPv4 addresses. No IPv6 block takes in IPv4, though that is held in a mapped form.
    package var isV4: Bool { base.isV4 && prefix >= 96 }

    package func contains(_ address: IPAddress) -> Bool { address.isV4 == isV4 && address.masked(prefix) == base }

    package func contains(_ other: Network) -> Bool {
        other.prefix >= prefix && other.isV4 == isV4 && contains(other.base)
    }

    package func overlaps(_ other: Network) -> Bool { contains(other) || other.contains(self) }

    package var isSingleAddress: Bool { prefix == 128 }
}

/// Why a text is no address block.
package struct NetworkTextError: Error, Sendable, Equatable, CustomStringConvertible {
    package var text: String
    package var problem: String

    package var description: String {
        "\"\(text)\" is no address or network: \(problem). Write it as 192.0.2.9, 192.0.2.0/24 or 2001:db8::/32"
    }
}

extension Network: CustomStringConvertible {
    /// - Throws: ``NetworkTextError``, also where bits are set after the prefix: `192.0.2.9/24` is more likely a slip
    ///   than a network.
    package init(parsing text: String) throws(NetworkTextError) {
        func problem(_ what: String) -> NetworkTextError { NetworkTextError(text: text, problem: what) }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = parts.first, let address = IPAddress(String(first)) else {
            throw problem("the address cannot be read")
        }
        guard parts.count == 2 else {
            self.init(address)
            return
        }
        let longest = address.isV4 ? 32 : 128
        guard parts[1].utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let length = Int(parts[1]),
            (0...longest).contains(length)
        else {
            throw problem("the prefix length must be 0 to \(longest)")
        }
        let prefix = address.isV4 ? length + 96 : length
        guard address.masked(prefix) == address else {
            throw problem("it has bits after its prefix; the network is \(Network(masking: address, prefix: prefix))")
        }
        self.init(masking: address, prefix: prefix)
    }

    package var description: String {
        isSingleAddress ? base.description : "\(base)/\(isV4 ? prefix - 96 : prefix)"
    }
}
