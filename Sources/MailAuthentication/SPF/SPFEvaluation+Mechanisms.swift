import MailPolicy

/// The mechanisms (RFC 7208 section 5).
extension SPFEvaluation {
    /// Whether a candidate of ``SPFRecord/firstCandidate(from:for:)`` matches.
    mutating func matches(
        _ directive: SPFRecord.Directive, of name: DomainName
    ) async throws(SPFProblem) -> Bool {
        let place = SPFPlace(directive.term, in: name)
        switch directive.mechanism {
        case .all, .ip4, .ip6: return noted(true, place)
        case .include, .a, .mx, .ptr, .exists: try countTerm(place)
        }
        return switch directive.mechanism {
        case .include(let target): try await includes(target, of: name, at: place)
        case .a(let target, let lengths): try await isAddress(of: target, lengths, of: name, at: place)
        case .mx(let target, let lengths): try await isExchange(of: target, lengths, of: name, at: place)
        case .ptr(let target): try await isNamed(within: target, of: name, at: place)
        case .exists(let target): try await exists(target, of: name, at: place)
        case .all, .ip4, .ip6: true
        }
    }

    /// The directives that were passed over.
    mutating func noteMismatches(_ range: Range<Int>, in record: SPFRecord, of name: DomainName) {
        guard trace != nil else { return }
        for directive in record.directives[range] {
            note(.mechanism(SPFPlace(directive.term, in: name), matched: false, addresses: []))
        }
    }

    /// RFC 7208 section 5.2: only a pass of the other record matches.
    private mutating func includes(
        _ specification: DomainSpecification, of name: DomainName, at place: SPFPlace
    ) async throws(SPFProblem) -> Bool {
        guard let target = try await target(specification, of: name, at: place) else { return noted(false, place) }
        guard target.canBeAsked else { throw .noRecord(target, for: place) }
        depth += 1
        let finding = try await finding(for: target)
        depth -= 1
        guard let finding else { throw .noRecord(target, for: place) }
        return noted(finding.result == .pass, place)
    }

    /// RFC 7208 section 5.3.
    private mutating func isAddress(
        of specification: DomainSpecification?, _ lengths: SPFRecord.PrefixLengths, of name: DomainName,
        at place: SPFPlace
    ) async throws(SPFProblem) -> Bool {
        guard let target = try await target(specification, of: name, at: place) else { return noted(false, place) }
        let found = try await records(addressType, of: target, at: place)
        return noted(covers(found, lengths), place, found.addresses)
    }

    /// RFC 7208 section 5.4.
    private mutating func isExchange(
        of specification: DomainSpecification?, _ lengths: SPFRecord.PrefixLengths, of name: DomainName,
        at place: SPFPlace
    ) async throws(SPFProblem) -> Bool {
        guard let target = try await target(specification, of: name, at: place) else { return noted(false, place) }
        let exchanges = try await records(.mx, of: target, at: place)
        // Too many are an error whether or not one of the first ten would match: their order is the DNS's to choose.
        guard exchanges.count <= SPFLimit.names.count else { throw .overLimit(.names, at: place) }
        var seen: [IPAddress] = []
        for case .mx(_, let exchange) in exchanges where exchange.canBeAsked {
            let question = Question(exchange, addressType)
            let answer = try await ask(question, for: place)
            switch answer.outcome {
            case .failed(let failure): throw .lookUpFailed(question, failure)
            case .noSuchName: try countVoid(place)
            // The exchange is there, without an address of the client's kind: no look-up of a name made up to harm.
            case .noData: break
            case .records(let records):
                if trace != nil { seen += records.addresses }
                if covers(records, lengths) { return noted(true, place, seen) }
            }
        }
        return noted(false, place, seen)
    }

    /// RFC 7208 section 5.7. It is an A record that is looked for, whatever the client's kind.
    private mutating func exists(
        _ specification: DomainSpecification, of name: DomainName, at place: SPFPlace
    ) async throws(SPFProblem) -> Bool {
        guard let target = try await target(specification, of: name, at: place) else { return noted(false, place) }
        let found = try await records(.a, of: target, at: place)
        return noted(!found.isEmpty, place, found.addresses)
    }

    /// RFC 7208 section 5.5. Only names that could match are asked for, of the first ten.
    private mutating func isNamed(
        within specification: DomainSpecification?, of name: DomainName, at place: SPFPlace
    ) async throws(SPFProblem) -> Bool {
        guard let target = try await target(specification, of: name, at: place) else { return noted(false, place) }
        let pointers = try await pointers(for: place, countsVoid: true)
        // An empty target, which a macro can come to, would have all names within it.
        guard target.canBeAsked else { return noted(false, place) }
        for index in pointers.names.indices where pointers.names[index].isWithin(target) {
            if try await isValid(pointerAt: index, for: place) { return noted(true, place) }
        }
        return noted(false, place)
    }

    private mutating func noted(
        _ matched: Bool, _ place: SPFPlace, _ addresses: @autoclosure () -> [IPAddress] = []
    ) -> Bool {
        if trace != nil { note(.mechanism(place, matched: matched, addresses: addresses())) }
        return matched
    }

    // MARK: Addresses

    var addressType: RecordType { subject.client.address.isV4 ? .a : .aaaa }

    /// - Returns: none also if the DNS could not hold the name: RFC 7208 section 4.8 leaves open what that means, and
    ///   here nothing is found.
    private mutating func records(
        _ type: RecordType, of name: DomainName, at place: SPFPlace
    ) async throws(SPFProblem) -> [Record] {
        guard name.canBeAsked else { return [] }
        let question = Question(name, type)
        let answer = try await ask(question, for: place)
        switch answer.outcome {
        case .records(let records): return records
        case .failed(let failure): throw .lookUpFailed(question, failure)
        case .noData, .noSuchName:
            try countVoid(place)
            return []
        }
    }

    private func covers(_ records: [Record], _ lengths: SPFRecord.PrefixLengths) -> Bool {
        records.contains { record in
            if case .address(let address) = record { lengths.covers(address, subject.client.address) } else { false }
        }
    }

    // MARK: Names of the client

    /// What the client's address leads to; it is looked up once in a check. An error is no names.
    mutating func pointers(for place: SPFPlace, countsVoid: Bool) async throws(SPFProblem) -> Pointers {
        if let pointers { return pointers }
        let answer = try await ask(Question(subject.client.address.reverseName, .ptr), for: place)
        var names: [DomainName] = []
        for case .ptr(let name) in answer.records.prefix(SPFLimit.names.count) { names.append(name) }
        let found = Pointers(names: names, areValid: names.map { $0.canBeAsked ? nil : false })
        pointers = found
        if countsVoid, answer.outcome == .noData || answer.outcome == .noSuchName { try countVoid(place) }
        return found
    }

    /// Whether the name leads back to the client. An error is a no.
    mutating func isValid(pointerAt index: Int, for place: SPFPlace) async throws(SPFProblem) -> Bool {
        guard let pointers else { return false }
        if let isValid = pointers.areValid[index] { return isValid }
        let answer = try await ask(Question(pointers.names[index], addressType), for: place)
        let isValid = answer.records.addresses.contains(subject.client.address)
        self.pointers?.areValid[index] = isValid
        return isValid
    }
}

extension [Record] {
    var addresses: [IPAddress] {
        compactMap { if case .address(let address) = $0 { address } else { nil } }
    }
}

extension IPAddress {
    /// Where its names are: under in-addr.arpa and ip6.arpa (RFC 1035 section 3.5, RFC 3596 section 2.5).
    var reverseName: DomainName {
        DomainName("\(dotted.split(separator: ".").reversed().joined(separator: ".")).\(isV4 ? "in-addr" : "ip6").arpa")
    }

    /// IPv4 as it is written; IPv6 as 32 hexadecimal digits with dots between them (RFC 7208 section 7.3).
    var dotted: String {
        if isV4 { return description }
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for shift in stride(from: 124, through: 0, by: -4) {
            let digit = shift >= 64 ? high >> UInt64(shift - 64) & 15 : low >> UInt64(shift) & 15
            text.append(digits[Int(digit)])
            if shift > 0 { text.append(UInt8(ascii: ".")) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
