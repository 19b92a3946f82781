/// The DNS Tree Walk (RFC 9989 section 4.10): from a name up to the top, at most eight questions.
struct DNSTreeWalk {
    /// What was found at one name.
    struct Find {
        var name: DomainName
        var record: DMARCRecord
    }

    static let mostQuestions = 8

    /// The names that are looked at, the longest first: of a name of more than eight labels, it and its last seven.
    static func names(from start: DomainName) -> [DomainName] {
        let text = start.text
        let above = text.utf8.indices.filter { text.utf8[$0] == UInt8(ascii: ".") }.suffix(mostQuestions - 1)
        return [start] + above.map { DomainName(text[text.utf8.index(after: $0)...]) }
    }

    let start: DomainName
    /// From the longest name to the shortest.
    private(set) var finds: [Find] = []

    init(start: DomainName) { self.start = start }

    /// - Returns: whether the walk ends with this record.
    mutating func add(_ record: DMARCRecord, at name: DomainName) -> Bool {
        finds.append(Find(name: name, record: record))
        return record.publicSuffix != .unstated
    }

    /// RFC 9989 section 4.10.2.
    var organizationalDomain: DomainName {
        for find in finds {
            if find.record.publicSuffix == .no { return find.name }
            if find.record.publicSuffix == .yes, find.name != start {
                return DomainName(start.labels.suffix(find.name.labels.count + 1).joined(separator: "."))
            }
        }
        return finds.last?.name ?? start
    }

    /// The record that governs the start: its own, its organizational domain's, or its public suffix's (RFC 9989
    /// section 4.10.1).
    var policy: Find? {
        let organization = organizationalDomain
        return finds.first { $0.name == start } ?? finds.first { $0.name == organization }
            ?? finds.first { $0.record.publicSuffix == .yes }
    }
}
