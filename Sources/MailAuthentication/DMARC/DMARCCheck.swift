/// DMARC (RFC 9989; with a public suffix list RFC 7489's way to the organizational domain).
///
/// ```swift
/// let check = DMARCCheck(resolver: resolver)
/// let message = DMARCMessage(
///     authors: ["example.org"], spf: DMARCIdentifier("bounce.example.org", .pass), dkim: [])
/// let outcome = await check.check(message)
/// ```
package struct DMARCCheck: Sendable {
    package enum OrganizationalDomainRule: Sendable {
        /// RFC 9989 section 4.10.
        case treeWalk
        /// RFC 7489 section 3.2. Records mean the same under both rules, but for `psd`, which this one does not look at.
        case publicSuffixList(PublicSuffixList)
    }

    private let resolver: any Resolver
    private let rule: OrganizationalDomainRule

    package init(resolver: any Resolver, organizationalDomainRule: OrganizationalDomainRule = .treeWalk) {
        self.resolver = resolver
        rule = organizationalDomainRule
    }

    /// - Parameters:
    ///   - other: A resolver to ask for this message alone.
    ///   - trace: Whether the outcome tells each step.
    package func check(
        _ message: DMARCMessage, asking other: (any Resolver)? = nil, trace: Bool = false
    ) async -> DMARCOutcome {
        var run = DMARCRun(resolver: other ?? resolver, rule: rule, isTraced: trace)
        var outcome = await run.outcome(of: message)
        outcome.trace = run.trace
        return outcome
    }
}

/// One check on its way.
private struct DMARCRun {
    let resolver: any Resolver
    let rule: DMARCCheck.OrganizationalDomainRule
    let isTraced: Bool
    var trace: [DMARCStep] = []
    /// What each name publishes, so that two walks ask for it once.
    private var published: [DomainName: DMARCRecord?] = [:]

    /// Signatures come by the hundred where someone wants them to; each domain may cost a walk.
    private static let mostIdentifiers = 16
    /// Each may cost a walk too; nobody writes with more.
    private static let mostAuthors = 16

    private struct LookupFailure: Error {
        var name: DomainName
        var failure: ResolverFailure
    }

    init(resolver: any Resolver, rule: DMARCCheck.OrganizationalDomainRule, isTraced: Bool) {
        self.resolver = resolver
        self.rule = rule
        self.isTraced = isTraced
    }

    mutating func outcome(of message: DMARCMessage) async -> DMARCOutcome {
        var authors: [DomainName] = []
        for author in message.authors.map(\.withALabels) where !authors.contains(author) && authors.count < 100 {
            authors.append(author)
        }
        // RFC 9989 section 5.3.1, RFC 7489 section 6.6.1.
        if message.fromFields > 1 {
            return await strictest(of: authors, message, .severalFromFields(message.fromFields))
        }
        if let problem = message.authorProblem {
            return await strictest(of: authors, message, .unreadableAuthor(problem))
        }
        if authors.count > 1 { return await strictest(of: authors, message, .severalAuthors(authors)) }
        guard let author = authors.first else {
            var outcome = DMARCOutcome(.none, .noAuthor)
            outcome.isAuthorUnknown = true
            return outcome
        }
        return await outcome(of: message, by: author)
    }

    private mutating func outcome(of message: DMARCMessage, by author: DomainName) async -> DMARCOutcome {
        var outcome = DMARCOutcome(.none, .noRecord, author: author)
        guard author.canBeAsked, !author.isLiteral else {
            (outcome.result, outcome.reason) = (.permerror, .unusableAuthor(author))
            outcome.isAuthorUnknown = true
            return outcome
        }
        do {
            try await evaluate(message, author, &outcome)
        } catch {
            // RFC 9989 section 5.3.6: neither passed nor failed.
            outcome.result = .temperror
            outcome.reason = .lookupFailed(error.name, error.failure)
            outcome.aligned = []
        }
        return outcome
    }

    /// Where there is no one author: the message cannot pass, and the strictest policy of those that disown it applies (RFC
    /// 7489 section 6.6.1), so that nobody gets past a domain's policy by naming another beside it.
    private mutating func strictest(
        of authors: [DomainName], _ message: DMARCMessage, _ reason: DMARCReason
    ) async -> DMARCOutcome {
        var strictest = DMARCOutcome(.permerror, reason)
        var isAuthorUnknown = message.authorProblem != nil || authors.isEmpty || authors.count > Self.mostAuthors
        for author in authors.prefix(Self.mostAuthors) {
            let outcome = await outcome(of: message, by: author)
            if outcome.isAuthorUnknown { isAuthorUnknown = true }
            guard outcome.result == .fail,
                strictest.author == nil || outcome.requestedPolicy > strictest.requestedPolicy
            else { continue }
            strictest = outcome
        }
        (strictest.result, strictest.reason) = (.permerror, reason)
        strictest.isAuthorUnknown = isAuthorUnknown
        return strictest
    }

    private mutating func evaluate(
        _ message: DMARCMessage, _ author: DomainName, _ outcome: inout DMARCOutcome
    ) async throws(LookupFailure) {
        guard let policy = try await policy(of: author, &outcome) else { return }
        var record = policy.record
        outcome.record = record
        outcome.recordDomain = policy.name
        if record.hasUnusablePolicy {
            // RFC 9989 section 4.10.1.
            guard !record.aggregateReports.isEmpty else {
                outcome.result = .permerror
                outcome.reason = .unusableRecord(record.problems.first { ["p", "sp", "np"].contains($0.tag) })
                return
            }
            (record.policy, record.subdomainPolicy, record.nonexistentPolicy) = (DMARCRecord.Policy.none, nil, nil)
        }
        try await align(message, author, record, &outcome)
        try await choosePolicy(record, author, policy.name, &outcome)
    }

    // MARK: The record

    private mutating func policy(
        of author: DomainName, _ outcome: inout DMARCOutcome
    ) async throws(LookupFailure) -> DNSTreeWalk.Find? {
        if let own = try await record(of: author) { return DNSTreeWalk.Find(name: author, record: own) }
        switch rule {
        case .treeWalk:
            let walk = try await walk(from: author)
            guard let policy = walk.policy else { return nil }
            outcome.organizationalDomain = walk.organizationalDomain
            return policy
        case .publicSuffixList(let list):
            // RFC 7489 section 6.6.3.
            guard let organization = list.organizationalDomain(of: author) else { return nil }
            outcome.organizationalDomain = organization
            guard organization != author, let record = try await record(of: organization) else { return nil }
            return DNSTreeWalk.Find(name: organization, record: record)
        }
    }

    private mutating func walk(from start: DomainName) async throws(LookupFailure) -> DNSTreeWalk {
        var walk = DNSTreeWalk(start: start)
        for name in DNSTreeWalk.names(from: start) {
            if let record = try await record(of: name), walk.add(record, at: name) { break }
        }
        return walk
    }

    /// The one record that a domain publishes.
    private mutating func record(of domain: DomainName) async throws(LookupFailure) -> DMARCRecord? {
        if let known = published[domain] { return known }
        let name = DomainName("_dmarc." + domain.text)
        // Too long for the DNS, and so for anyone to publish. All else of the name was looked at before.
        guard name.text.utf8.count <= 253 else { return nil }
        let answer = try await answer(to: Question(name, .txt))
        let records = answer.records.compactMap { record in
            if case .text(let text) = record { DMARCRecord(parsing: text) } else { nil }
        }
        if records.count > 1 { tell(.severalRecords(at: domain, records.count)) }
        let only = records.count == 1 ? records[0] : nil
        if let only { tell(.found(at: domain, only)) }
        published[domain] = .some(only)
        return only
    }

    private mutating func answer(to question: Question) async throws(LookupFailure) -> Answer {
        let answer = await resolver.answer(to: question)
        tell(.asked(question.name, answer))
        if case .failed(let failure) = answer.outcome { throw LookupFailure(name: question.name, failure: failure) }
        return answer
    }

    // MARK: Alignment

    private mutating func align(
        _ message: DMARCMessage, _ author: DomainName, _ record: DMARCRecord, _ outcome: inout DMARCOutcome
    ) async throws(LookupFailure) {
        let identifiers = identifiers(of: message)
        // What failed to be looked up for one identifier does not take away what another proves.
        var failure: LookupFailure?
        var undecided: DMARCOutcome.AlignedIdentifier?
        for (identifier, standing) in identifiers {
            do throws(LookupFailure) {
                guard try await isAligned(identifier, author, record, &outcome) else { continue }
            } catch {
                failure = failure ?? error
                continue
            }
            if standing == .pass {
                outcome.aligned.append(identifier)
            } else {
                undecided = undecided ?? identifier
            }
        }
        if !outcome.aligned.isEmpty {
            (outcome.result, outcome.reason) = (.pass, .aligned)
        } else if let failure {
            throw failure
        } else if let undecided {
            (outcome.result, outcome.reason) = (.temperror, .undecided(undecided))
        } else {
            outcome.result = .fail
            outcome.reason = identifiers.contains { $0.standing == .pass } ? .notAligned : .nothingPassed
        }
    }

    /// Those that passed or may yet, what can be told without a walk first.
    private mutating func identifiers(
        of message: DMARCMessage
    ) -> [(identifier: DMARCOutcome.AlignedIdentifier, standing: DMARCIdentifier.Standing)] {
        var identifiers: [(identifier: DMARCOutcome.AlignedIdentifier, standing: DMARCIdentifier.Standing)] = []
        var leftOut = 0
        for standing in [DMARCIdentifier.Standing.pass, .temperror] {
            let spf = [message.spf].compactMap(\.self).map { (DMARCOutcome.AlignedIdentifier.Mechanism.spf, $0) }
            for (mechanism, identifier) in spf + message.dkim.map({ (.dkim, $0) }) where identifier.standing == standing
            {
                let name = DMARCOutcome.AlignedIdentifier(mechanism: mechanism, domain: identifier.domain.withALabels)
                guard name.domain.canBeAsked, !identifiers.contains(where: { $0.identifier == name }) else { continue }
                if identifiers.count < Self.mostIdentifiers {
                    identifiers.append((name, standing))
                } else {
                    leftOut += 1
                }
            }
        }
        if leftOut > 0 { tell(.identifiersLeftOut(leftOut)) }
        return identifiers
    }

    private mutating func isAligned(
        _ identifier: DMARCOutcome.AlignedIdentifier, _ author: DomainName, _ record: DMARCRecord,
        _ outcome: inout DMARCOutcome
    ) async throws(LookupFailure) -> Bool {
        let mode = identifier.mechanism == .spf ? record.spfAlignment : record.dkimAlignment
        var isAligned = identifier.domain == author
        if !isAligned, mode == .relaxed, shareATopLabel(identifier.domain, author) {
            let organization: DomainName
            if let known = outcome.organizationalDomain {
                organization = known
            } else {
                organization = try await organizationalDomain(of: author)
                outcome.organizationalDomain = organization
            }
            // Of two names with one organizational domain, both lie within it.
            if identifier.domain.isWithin(organization) {
                isAligned = try await organizationalDomain(of: identifier.domain) == organization
            }
        }
        tell(.alignment(identifier, mode, isAligned: isAligned))
        return isAligned
    }

    private func shareATopLabel(_ one: DomainName, _ other: DomainName) -> Bool {
        topLabel(of: one) == topLabel(of: other)
    }

    private func topLabel(of name: DomainName) -> Substring {
        let text = name.text
        guard let dot = text.utf8.lastIndex(of: UInt8(ascii: ".")) else { return text[...] }
        return text[text.utf8.index(after: dot)...]
    }

    private mutating func organizationalDomain(of name: DomainName) async throws(LookupFailure) -> DomainName {
        let organization =
            switch rule {
            case .treeWalk: try await walk(from: name).organizationalDomain
            case .publicSuffixList(let list): list.organizationalDomain(of: name) ?? name
            }
        tell(.organizationalDomain(of: name, organization))
        return organization
    }

    // MARK: The policy

    private mutating func choosePolicy(
        _ record: DMARCRecord, _ author: DomainName, _ recordDomain: DomainName, _ outcome: inout DMARCOutcome
    ) async throws(LookupFailure) {
        var tag = DMARCOutcome.PolicyTag.p
        var policy = record.policy ?? .none
        if recordDomain != author {
            if let below = record.subdomainPolicy { (tag, policy) = (.sp, below) }
            // What passed is policy enough; else the author's existence is worth the questions.
            if let nonexistent = record.nonexistentPolicy, nonexistent != policy, outcome.result != .pass,
                try await !exists(author)
            {
                (tag, policy) = (.np, nonexistent)
            }
        }
        let requested = record.isTest ? policy.lowered : policy
        outcome.policyTag = tag
        outcome.requestedPolicy = requested
        tell(.policy(tag, published: policy, requested: requested))
    }

    /// Whether the name has an address or an exchange (RFC 9989 section 3.2.13).
    private mutating func exists(_ name: DomainName) async throws(LookupFailure) -> Bool {
        // One that cannot be looked up leaves it open only as long as no other tells.
        var failure: LookupFailure?
        var exists = false
        search: for type in [RecordType.a, .aaaa, .mx] {
            do {
                switch try await answer(to: Question(name, type)).outcome {
                case .records:
                    exists = true
                    failure = nil
                    break search
                case .noSuchName:
                    failure = nil
                    break search
                case .noData, .failed: continue
                }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        tell(.authorExists(name, exists))
        return exists
    }

    private mutating func tell(_ step: @autoclosure () -> DMARCStep) {
        if isTraced { trace.append(step()) }
    }
}
