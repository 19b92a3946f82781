/// What the rulebook says of recipient domains.
struct DomainTable: Sendable {
    struct Entry: Sendable {
        var isOwn = false
        var carrier: Int32 = -1
    }

    private var names: NameTable
    private var entries: [Entry] = []
    private var hasSuffixes = false

    /// A domain of the form `.example.org` takes in all its subdomains.
    init(ownDomains: [String], carriers: [Carrier], seed: UInt64) {
        names = NameTable(seed: seed)
        for domain in ownDomains { edit(domain) { $0.isOwn = true } }
        for (index, carrier) in carriers.enumerated() {
            for domain in carrier.domains {
                edit(domain) { $0.carrier = Int32(index) }
            }
        }
    }

    private mutating func edit(_ domain: String, _ body: (inout Entry) -> Void) {
        let number = names.intern(domain)
        while entries.count <= number { entries.append(Entry()) }
        if domain.hasPrefix(".") { hasSuffixes = true }
        body(&entries[number])
    }

    func find(_ domain: Span<UInt8>) -> Entry? {
        if let number = names.find(domain) { return entries[number] }
        guard hasSuffixes else { return nil }
        for index in domain.indices where domain[index] == UInt8(ascii: ".") {
            if let number = names.find(domain.extracting(index..<domain.count)) { return entries[number] }
        }
        return nil
    }
}

extension Span<UInt8> {
    /// Index of the last `@`.
    var at: Int? {
        var index = count - 1
        while index >= 0 {
            if self[index] == UInt8(ascii: "@") { return index }
            index -= 1
        }
        return nil
    }

    func equalsIgnoringCase(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices where NameTable.folded(self[index]) != NameTable.folded(other[index]) { return false }
        return true
    }
}
