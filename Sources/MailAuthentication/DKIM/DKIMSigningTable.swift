/// Who signs for which author's domain.
package struct DKIMSigningTable: Sendable {
    private var signers: [DomainName: DKIMSigner] = [:]
    /// Domains whose keys sign for their subdomains too.
    private var withSubdomains: Set<DomainName> = []

    package init() {}

    package var isEmpty: Bool { signers.isEmpty }

    /// - Parameter coversSubdomains: Whether it signs for authors in subdomains that have no signer of their own.
    package mutating func add(_ signer: DKIMSigner, coversSubdomains: Bool) {
        signers[signer.domain] = signer
        if coversSubdomains { withSubdomains.insert(signer.domain) }
    }

    /// The domain's own signer, or that of the nearest domain above it which covers subdomains.
    package func signer(for domain: DomainName) -> DKIMSigner? {
        if let own = signers[domain] { return own }
        var labels = domain.labels.dropFirst()
        while !labels.isEmpty {
            let above = DomainName(labels.joined(separator: "."))
            if withSubdomains.contains(above) { return signers[above] }
            labels = labels.dropFirst()
        }
        return nil
    }
}
