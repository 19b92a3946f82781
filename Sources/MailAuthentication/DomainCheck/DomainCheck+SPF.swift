import MailPolicy

extension DomainCheck {
    func lookAtSPF(_ report: inout DomainReport, _ addresses: [IPAddress]) async {
        let question = Question(report.domain, .txt)
        let answer = await resolver.answer(to: question)
        if case .failed(let failure) = answer.outcome { return report.noteUnanswered(.spf, question, failure) }
        let texts = answer.texts.filter { SPFVersion.read($0)?.version == .spf1 }
        guard let text = texts.first else {
            noteNearMisses(&report, answer.texts)
            return report.add(
                .error, .spf, "there is no SPF record",
                remedy: "Publish \"v=spf1 ... -all\" with what sends the domain's mail; \"v=spf1 -all\" if nothing does"
            )
        }
        guard texts.count == 1 else {
            return report.add(
                .error, .spf, "there are \(texts.count) SPF records, so that every check is a permerror",
                remedy: "Put their terms into one (RFC 7208 section 4.5)")
        }
        report.spfRecord = String(visibleASCII: text)
        if text.count > 450 {
            report.add(
                .note, .spf,
                "the record has \(text.count) bytes: answers over 512 bytes may not come through (RFC 7208 section 3.4)",
                remedy: "Move some of it behind an include")
        }
        var walk = SPFTreeWalk(resolver: resolver)
        await walk.walk(from: report.domain, text)
        report.spfLookups = walk.isComplete ? walk.terms : nil
        for finding in walk.findings { report.add(finding.severity, .spf, finding.text, remedy: finding.remedy) }
        await cover(&report, addresses)
    }

    /// Records that somebody meant to be SPF.
    private func noteNearMisses(_ report: inout DomainReport, _ texts: [[UInt8]]) {
        for text in texts {
            let start = String(decoding: text.prefix(12), as: UTF8.self).lowercased()
            guard start.contains("spf1") || start.hasPrefix("v=spf") else { continue }
            report.add(
                .warning, .spf, "\"\(String(visibleASCII: text.prefix(60)))\" is no SPF record",
                remedy: "It must start with \"v=spf1\" and a space, without quotes of its own")
        }
    }

    private func cover(_ report: inout DomainReport, _ addresses: [IPAddress]) async {
        let check = SPFCheck(
            resolver: resolver, records: SPFRecordCache(records: 100, bytes: 1 << 20), receiver: "unknown")
        for address in addresses {
            let outcome = await check.check(
                .mailFrom("postmaster@" + report.domain.text),
                client: SPFClient(address: address, helo: report.domain.text), time: Moment(0))
            report.coverage.append(
                DomainReport.Coverage(address: address, result: outcome.result, mechanism: outcome.mechanism))
            switch outcome.result {
            case .pass: break
            case .permerror, .temperror:
                // It is the same for each.
                return report.add(
                    .error, .spf,
                    "no address is covered: \(outcome.result.rawValue)\(outcome.problem.map { ": \($0)" } ?? "")")
            case .none, .neutral, .fail, .softfail:
                let by = outcome.mechanism.map { " by \($0)" } ?? ""
                report.add(
                    .warning, .spf, "mail from \(address) is not covered: \(outcome.result.rawValue)\(by)",
                    remedy: "If it sends the domain's mail, add \(address.isV4 ? "ip4" : "ip6"):\(address)")
            }
        }
    }
}

/// Counts what a record makes a receiver look up, whoever the client is, and says what is wrong on the way.
struct SPFTreeWalk {
    struct Finding: Hashable {
        var severity: DomainReport.Severity
        var text: String
        var remedy: String?
    }

    private let resolver: any Resolver
    /// Of all records together (RFC 7208 section 4.6.4).
    private(set) var terms = 0
    private(set) var findings: [Finding] = []
    /// Whether every record could be read.
    private(set) var isComplete = true
    private var voids = 0
    private var path: [DomainName] = []

    /// So many records are read; a receiver stops long before.
    private static let mostTerms = 100

    init(resolver: any Resolver) { self.resolver = resolver }

    mutating func walk(from domain: DomainName, _ text: [UInt8]) async {
        guard let record = read(text, at: domain) else { return }
        lookAtEnd(of: record, at: domain)
        await follow(record, at: domain)
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

    /// What the domain's own record says to those whom it does not name.
    private mutating func lookAtEnd(of record: SPFRecord, at name: DomainName) {
        let all = record.directives.firstIndex { if case .all = $0.mechanism { true } else { false } }
        guard let all else {
            if record.redirect == nil {
                add(
                    .warning, "the record ends without \"all\": whoever it does not name is neutral",
                    "End it with -all, or ~all while you are not sure")
            }
            return
        }
        switch record.directives[all].qualifier {
        case .pass:
            add(.error, "\"+all\" lets everybody send in the domain's name", "Write -all")
        case .neutral: add(.warning, "\"?all\" says nothing of whoever is not named", "Write -all, or ~all")
        default: break
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

    private mutating func follow(_ record: SPFRecord, at name: DomainName) async {
        path.append(name)
        defer { path.removeLast() }
        for directive in record.directives where terms < Self.mostTerms {
            switch directive.mechanism {
            case .all, .ip4, .ip6: break
            case .a(let target, _): await count(directive, target, .a, at: name)
            case .mx(let target, _): await count(directive, target, .mx, at: name)
            case .exists(let target): await count(directive, target, .a, at: name)
            case .ptr:
                terms += 1
                add(
                    .warning, "\"\(directive.term.text)\" in the record of \(name.visible) is slow and unreliable",
                    "Do not use ptr (RFC 7208 section 5.5)")
            case .include(let target): await include(directive.term, target, at: name)
            }
        }
        if let redirect = record.redirect { await include(redirect.term, redirect.target, at: name) }
    }

    private mutating func count(
        _ directive: SPFRecord.Directive, _ target: DomainSpecification?, _ type: RecordType, at name: DomainName
    ) async {
        terms += 1
        // What has macros in it depends on the client.
        guard let host = target == nil ? name : target?.name else { return }
        let answer = await resolver.answer(to: Question(host, type))
        switch answer.outcome {
        case .records: break
        case .failed(let failure):
            isComplete = false
            add(.error, "\(Question(host, type).text), for \"\(directive.term.text)\": \(failure)")
        case .noData, .noSuchName:
            // A host may have an address of the other kind alone.
            if type == .a, !(await resolver.answer(to: Question(host, .aaaa))).records.isEmpty { return }
            voids += 1
            add(
                .warning, "\"\(directive.term.text)\" in the record of \(name.visible) finds nothing",
                "Take it away, or publish what it names")
        }
    }

    private mutating func include(_ term: SPFRecord.Term, _ target: DomainSpecification, at name: DomainName) async {
        terms += 1
        guard let host = target.name else { return }
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
        if let record = read(text, at: host) { await follow(record, at: host) }
    }
}
