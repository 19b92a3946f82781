import MailPolicy

/// Filling in macros (RFC 7208 section 7).
extension SPFEvaluation {
    /// Bytes of an explanation at most.
    static var maximumExplanationBytes: Int { 512 }

    /// The name that a term is about.
    ///
    /// - Returns: `nil` if a macro has no value here, so that the term cannot match (RFC 8616 section 4). The name may
    ///   be one that the DNS cannot hold.
    mutating func target(
        _ specification: DomainSpecification?, of name: DomainName, at place: SPFPlace
    ) async throws(SPFProblem) -> DomainName? {
        guard let specification else { return name }
        if let plain = specification.name { return plain }
        guard let expanded = try await expand(specification.macros, of: name, at: place) else { return nil }
        let target = DomainName(filledIn: expanded)
        if trace != nil { note(.expanded(place.term, to: target.visible)) }
        return target
    }

    /// - Parameter place: The term that the text belongs to; `nil` in an explanation, which counts against no limit but
    ///   that of all look-ups.
    private mutating func expand(
        _ macros: MacroString, of name: DomainName, at place: SPFPlace?
    ) async throws(SPFProblem) -> [UInt8]? {
        var clientName: [UInt8] = []
        if macros.letters.contains(.validatedName) {
            // What cannot match need not look anything up.
            guard macros.letters.allSatisfy({ value(of: $0, in: name) != nil }) else { return nil }
            clientName = Array(try await validatedName(for: name, at: place).utf8)
        }
        return macros.filled(asName: place != nil) { letter in
            letter == .validatedName ? clientName : value(of: letter, in: name)
        }
    }

    /// - Returns: `nil` where the local part is not ASCII and the value would hold it.
    private func value(of letter: MacroString.Letter, in name: DomainName) -> [UInt8]? {
        switch letter {
        case .sender:
            isLocalPartASCII ? Array("\(subject.localPart)@\(subject.senderDomain)".utf8) : nil
        case .localPart: isLocalPartASCII ? Array(subject.localPart.utf8) : nil
        case .senderDomain: Array(subject.senderDomain.text.utf8)
        case .domain: Array(name.text.utf8)
        case .address: Array(subject.client.address.dotted.utf8)
        case .addressFamily: Array((subject.client.address.isV4 ? "in-addr" : "ip6").utf8)
        case .helo: Array(subject.client.helo.utf8)
        case .readableAddress: Array(subject.client.address.description.utf8)
        case .receiver: Array((subject.receiver.isEmpty ? "unknown" : subject.receiver).utf8)
        case .time: Array(String(subject.time.wall / 1_000).utf8)
        case .validatedName: []
        }
    }

    private var isLocalPartASCII: Bool { subject.localPart.utf8.allSatisfy { $0 < 0x80 } }

    /// The client's name: the domain itself if it is one, else one below it, else any; `unknown` if none leads back
    /// to the client (RFC 7208 section 7.3).
    private mutating func validatedName(
        for name: DomainName, at place: SPFPlace?
    ) async throws(SPFProblem) -> String {
        if pointers == nil, let place { try countTerm(place) }
        let asking = place ?? SPFPlace(record: name, term: "exp", offset: 0)
        let names = try await pointers(for: asking, countsVoid: place != nil).names
        let isBetter: [(DomainName) -> Bool] = [
            { $0 == name }, { $0 != name && $0.isWithin(name) }, { !$0.isWithin(name) },
        ]
        for isCandidate in isBetter {
            for index in names.indices where isCandidate(names[index]) {
                if try await isValid(pointerAt: index, for: asking) { return names[index].text }
            }
        }
        return "unknown"
    }

    // MARK: Explanations

    /// What `exp=` leads to (RFC 7208 section 6.2). Whatever goes wrong here leaves the result as it is.
    mutating func explanation(for finding: Finding) async -> String? {
        guard let modifier = finding.explanation else { return nil }
        do {
            return try await explanation(modifier, of: finding.recordName)
        } catch {
            note(.noExplanation(error.description))
            return nil
        }
    }

    private mutating func explanation(
        _ modifier: SPFRecord.Modifier, of name: DomainName
    ) async throws(SPFProblem) -> String? {
        let place = SPFPlace(modifier.term, in: name)
        let published: DomainName?
        if let plain = modifier.target.name {
            published = plain
        } else {
            published = try await expand(modifier.target.macros, of: name, at: nil)
                .map(DomainName.init(filledIn:))
        }
        guard let published, published.canBeAsked else {
            note(.noExplanation("\(place.term) leads to no name"))
            return nil
        }
        let answer = try await ask(Question(published, .txt), for: place)
        guard answer.records.count == 1, case .text(let bytes)? = answer.records.first,
            bytes.count <= SPFRecord.maximumBytes
        else {
            note(.noExplanation("\(published.visible) must publish one TXT record"))
            return nil
        }
        guard let macros = try? MacroStringParser.parse(bytes[...], in: .explanation),
            let text = try await expand(macros, of: name, at: nil)
        else {
            note(.noExplanation("the text at \(published.visible) cannot be read"))
            return nil
        }
        // The sender's own words come in through macros too, so it is the outcome that is looked at.
        guard text.count <= Self.maximumExplanationBytes, text.allSatisfy({ 0x20...0x7E ~= $0 }) else {
            note(.noExplanation("the text at \(published.visible) is too long or not ASCII"))
            return nil
        }
        let explanation = String(decoding: text, as: UTF8.self)
        note(.explanation(at: published, text: explanation))
        return explanation
    }
}

extension DomainName {
    /// What a domain-spec comes to, without so many labels of its left side that 253 bytes are left (RFC 7208 section
    /// 7.3).
    fileprivate init(filledIn bytes: [UInt8]) {
        let whole = DomainName(String(decoding: bytes, as: UTF8.self))
        var rest = whole.text.utf8[...]
        while rest.count > 253, let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
            rest = rest[rest.index(after: dot)...]
        }
        self = rest.count == whole.text.utf8.count ? whole : DomainName(String(decoding: rest, as: UTF8.self))
    }
}

extension DomainSpecification {
    /// The name that it is whoever the client is and whatever stands before the sender's `@`: its macros are `%{d}`
    /// and `%{o}` alone (RFC 7208 section 7.2), or there are none.
    ///
    /// - Parameters:
    ///   - record: The name that the record is read at, for `%{d}`.
    ///   - sender: The domain that the mail is from, or whose name the HELO gives, for `%{o}`.
    /// - Returns: `nil` where another macro decides. The name may be one that the DNS cannot hold.
    func name(in record: DomainName, ofSendersAt sender: DomainName) -> DomainName? {
        if let name { return name }
        return macros.filled(asName: true) { letter in
            switch letter {
            case .domain: Array(record.text.utf8)
            case .senderDomain: Array(sender.text.utf8)
            case .sender, .localPart, .address, .validatedName, .addressFamily, .helo, .readableAddress, .receiver,
                .time:
                nil
            }
        }.map(DomainName.init(filledIn:))
    }
}
