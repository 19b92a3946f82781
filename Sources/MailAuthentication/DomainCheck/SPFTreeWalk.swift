import MailPolicy

/// Counts what a record makes a receiver look up, whoever the client is, and says what is wrong and who gets in on the way.
///
/// `%{d}` is filled in, and so is `%{o}`, as the domain that is looked at: it is its own mail that the walk is about, so that
/// the sender's domain, or the HELO name, is this one throughout (RFC 7208 section 7.2). Terms with other macros lead
/// elsewhere for each client or local part; they are counted, not followed, and said to be so.
struct SPFTreeWalk {
    struct Finding: Hashable {
        var severity: DomainReport.Severity
        var text: String
        var remedy: String?
    }

    private let resolver: any Resolver
    /// Whose record it is from which the walk starts.
    private let domain: DomainName
    /// Of all records together (RFC 7208 section 4.6.4).
    private(set) var terms = 0
    private(set) var findings: [Finding] = []
    /// Whether every record could be found and read.
    private(set) var isComplete = true
    private var voids = 0
    private var path: [DomainName] = []

    /// What a record decides for the domain that is looked at.
    private struct Reach {
        /// Who passes by it, passes for the domain.
        var grants = true
        /// It is the domain's own, or what that one redirects to: whoever it does not name is its to judge.
        var isLast = true
    }

    /// So many records are read; a receiver stops long before.
    private static let mostTerms = 100

    init(of domain: DomainName, resolver: any Resolver) {
        self.domain = domain
        self.resolver = resolver
    }

    mutating func walk(_ text: [UInt8]) async {
        guard let record = read(text, at: domain) else { return }
        await follow(record, at: domain, Reach())
        if terms > SPFLimit.terms.count {
            add(
                .error,
                "the record and its includes look up \(terms) things; every receiver stops at \(SPFLimit.terms.count) with a permerror",
                "Write addresses in the place of includes, a and mx (RFC 7208 section 4.6.4)")
        } else if terms >= SPFLimit.terms.count - 1 {
            add(
                .warning,
                "the record and its includes look up \(terms) of the \(SPFLimit.terms.count) things that are allowed")
        }
        if voids > SPFLimit.voids.count {
            add(
                .error,
                "\(voids) of the look-ups find nothing; receivers stop after \(SPFLimit.voids.count) with a permerror",
                "Take away terms whose names do not exist")
        }
    }

    private mutating func add(_ severity: DomainReport.Severity, _ text: String, _ remedy: String? = nil) {
        let finding = Finding(severity: severity, text: text, remedy: remedy)
        if !findings.contains(finding), findings.count < 50 { findings.append(finding) }
    }

    private mutating func read(_ text: [UInt8], at name: DomainName) -> SPFRecord? {
        guard let (_, start) = SPFVersion.read(text) else { return nil }
        do {
            return try SPFRecordParser.parse(text, from: start)
        } catch {
            isComplete = false
            add(.error, "the record of \(name.visible): \(error)", "Every check is a permerror until it is mended")
            return nil
        }
    }

    // MARK: Who passes

    /// What a record says to those whom it does not name.
    private mutating func lookAtEnd(of record: SPFRecord, at name: DomainName) {
        guard let all = record.directives.firstIndex(where: \.isAll) else {
            if record.redirect == nil {
                add(
                    .warning, "the record\(place(name)) ends without \"all\": whoever it does not name is neutral",
                    "End it with -all, or ~all while you are not sure")
            }
            return
        }
        if record.directives[all].qualifier == .neutral {
            add(
                .warning, "\"\(record.directives[all].term.text)\" says nothing of whoever is not named",
                "Write -all, or ~all")
        }
        let rest = record.directives[(all + 1)...].map(\.term.text)
        if !rest.isEmpty {
            add(
                .warning, "what stands behind \"all\" is never looked at: \(rest.joined(separator: " "))",
                "Put it before")
        }
        if record.redirect != nil {
            add(.warning, "redirect is never followed where there is \"all\"", "Take one away")
        }
    }

    /// Says where a term lets in everybody, or nearly so.
    private mutating func lookAtWidth(of directive: SPFRecord.Directive, at name: DomainName) {
        if directive.isAll { return addEverybody(directive, at: name, path.count == 1 ? "Write -all" : nil) }
        guard let prefix = directive.mechanism.widePrefix else { return }
        let width = "\(text(directive, at: name)) lets in a network as wide as /\(prefix)"
        // Of IPv6 an eighth is given out (RFC 4291 section 2.4).
        if prefix <= 3 {
            add(.error, "\(width): hardly anybody is kept from sending in the domain's name", remedy)
        } else {
            add(.warning, "\(width): most of it is others'", remedy)
        }
    }

    private mutating func addEverybody(
        _ directive: SPFRecord.Directive, at name: DomainName, _ remedy: String? = nil
    ) {
        add(
            .error, "\(text(directive, at: name)) lets everybody send in the domain's name", remedy ?? self.remedy)
    }

    private func text(_ directive: SPFRecord.Directive, at name: DomainName) -> String {
        "\"\(directive.term.text)\"" + (path.count > 1 ? " in the record of \(name.visible)" : "")
    }

    private var remedy: String {
        path.count > 1
            ? "Take away what leads to it, or have that record mended" : "Name only what sends the domain's mail"
    }

    private func place(_ name: DomainName) -> String {
        path.count > 1 ? " of \(name.visible), to which it redirects," : ""
    }

    // MARK: What is looked up

    private mutating func follow(_ record: SPFRecord, at name: DomainName, _ reach: Reach) async {
        path.append(name)
        defer { path.removeLast() }
        if reach.isLast { lookAtEnd(of: record, at: name) }
        for directive in record.directives where terms < Self.mostTerms {
            let grants = reach.grants && directive.qualifier == .pass
            if grants { lookAtWidth(of: directive, at: name) }
            switch directive.mechanism {
            // Nothing behind it is looked at.
            case .all: return
            case .ip4, .ip6: break
            case .a(let target, _): _ = await finds(directive, target, [.a, .aaaa], at: name)
            case .mx(let target, _): _ = await finds(directive, target, [.mx], at: name)
            case .exists(let target):
                // Where it does not depend on the client, it is there for everybody.
                if await finds(directive, target, [.a], at: name), grants { addEverybody(directive, at: name) }
            case .ptr:
                terms += 1
                add(
                    .warning, "\"\(directive.term.text)\" in the record of \(name.visible) is slow and unreliable",
                    "Do not use ptr (RFC 7208 section 5.5)")
            case .include(let target):
                await include(directive.term, target, at: name, Reach(grants: grants, isLast: false))
            }
        }
        // With %{d} in it a record that stands at every name could lead on without end.
        if let redirect = record.redirect, terms < Self.mostTerms {
            await include(redirect.term, redirect.target, at: name, reach)
        }
    }

    /// The name that a term is about, if it is the same for all; where it is not, that is said, and what follows from it.
    private mutating func host(
        _ term: SPFRecord.Term, _ target: DomainSpecification, at name: DomainName, else consequence: String
    ) -> DomainName? {
        if let host = target.name(in: name, ofSendersAt: domain) { return host }
        add(
            .note,
            "\"\(term.text)\" in the record of \(name.visible) depends on the client or on the local part: \(consequence)"
        )
        return nil
    }

    /// Counts what a term looks up.
    /// - Parameter types: any of them will do.
    /// - Returns: whether there is something, whoever the client is.
    private mutating func finds(
        _ directive: SPFRecord.Directive, _ target: DomainSpecification?, _ types: [RecordType], at name: DomainName
    ) async -> Bool {
        terms += 1
        var host = name
        if let target {
            guard let found = self.host(directive.term, target, at: name, else: "it is not looked up here")
            else { return false }
            host = found
        }
        // Whoever reads it does not see in the record what was looked for.
        let spelled = target != nil && target?.name == nil ? ", as \(host.visible)," : ""
        guard host.canBeAsked else {
            add(
                .warning,
                "\"\(directive.term.text)\" in the record of \(name.visible)\(spelled) is no name that the DNS can hold",
                "Take it away, or mend what it names")
            return false
        }
        for type in types {
            let answer = await resolver.answer(to: Question(host, type))
            switch answer.outcome {
            case .records:
                if type == .mx { lookAtCount(of: answer.records, directive, at: name) }
                return true
            case .failed(let failure):
                isComplete = false
                add(.error, "\(Question(host, type).text), for \"\(directive.term.text)\": \(failure)")
                return false
            case .noData, .noSuchName: continue
            }
        }
        voids += 1
        add(
            .warning, "\"\(directive.term.text)\" in the record of \(name.visible)\(spelled) finds nothing",
            "Take it away, or publish what it names")
        return false
    }

    private mutating func lookAtCount(
        of exchanges: [Record], _ directive: SPFRecord.Directive, at name: DomainName
    ) {
        guard exchanges.count > SPFLimit.names.count else { return }
        add(
            .error,
            "\"\(directive.term.text)\" in the record of \(name.visible) finds \(exchanges.count) exchanges; receivers stop at \(SPFLimit.names.count) with a permerror",
            "Write their addresses in its place (RFC 7208 section 4.6.4)")
    }

    private mutating func include(
        _ term: SPFRecord.Term, _ target: DomainSpecification, at name: DomainName, _ reach: Reach
    ) async {
        terms += 1
        let consequence = "it is not followed here, and what it looks up is not counted"
        guard let host = host(term, target, at: name, else: consequence) else {
            isComplete = false
            return
        }
        guard host.canBeAsked else {
            isComplete = false
            return add(
                .error,
                "\"\(term.text)\" in the record of \(name.visible): \(host.visible) is no name that the DNS can hold",
                "Take it away, or mend what it names: every check that reaches it is a permerror")
        }
        guard !path.contains(host), host != name else {
            isComplete = false
            return add(
                .error, "\"\(term.text)\" in the record of \(name.visible) leads back to \(host.visible)",
                "Take it away: every check is a permerror")
        }
        let question = Question(host, .txt)
        let answer = await resolver.answer(to: question)
        if case .failed(let failure) = answer.outcome {
            isComplete = false
            return add(.error, "\(question.text), for \"\(term.text)\": \(failure)")
        }
        let texts = answer.texts.filter { SPFVersion.read($0)?.version == .spf1 }
        guard texts.count == 1, let text = texts.first else {
            isComplete = false
            return add(
                .error,
                "\"\(term.text)\" in the record of \(name.visible): \(host.visible) publishes "
                    + (texts.isEmpty ? "no SPF record" : "\(texts.count) SPF records"),
                "Take it away, or have that record mended: every check that reaches it is a permerror")
        }
        if let record = read(text, at: host) { await follow(record, at: host, reach) }
    }
}

extension SPFRecord.Directive {
    fileprivate var isAll: Bool { if case .all = mechanism { true } else { false } }
}

extension SPFRecord.Mechanism {
    /// Of a network that is wider than anybody's own.
    fileprivate var widePrefix: Int? {
        switch self {
        case .ip4(let network): Self.wide(v4: network.prefix - 96)
        case .ip6(_, let prefix): Self.wide(v6: prefix)
        case .a(_, let lengths), .mx(_, let lengths): Self.wide(v4: lengths.v4) ?? Self.wide(v6: lengths.v6)
        case .all, .exists, .include, .ptr: nil
        }
    }

    private static func wide(v4 prefix: Int) -> Int? { prefix < 8 ? prefix : nil }
    private static func wide(v6 prefix: Int) -> Int? { prefix < 16 ? prefix : nil }
}
