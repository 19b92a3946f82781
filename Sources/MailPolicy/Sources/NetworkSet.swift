/// Networks with a value each; finds the most specific one that contains an address.
package struct NetworkSet<Value: Sendable>: Sendable {
    private var values: [Network: Value] = [:]
    /// Prefix lengths in use, longest first.
    private var prefixes: [Int] = []

    package init() {}

    package var networks: [(Network, Value)] { values.map { ($0.key, $0.value) } }

    package mutating func insert(_ network: Network, _ value: Value) {
        values[network] = value
        if !prefixes.contains(network.prefix) { prefixes = (prefixes + [network.prefix]).sorted(by: >) }
    }

    package func find(_ address: IPAddress) -> (network: Network, value: Value)? {
        for prefix in prefixes {
            let network = Network(masking: address, prefix: prefix)
            if network.isV4 == address.isV4, let value = values[network] { return (network, value) }
        }
        return nil
    }
}
