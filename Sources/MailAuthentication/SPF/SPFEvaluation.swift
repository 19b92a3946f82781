import MailPolicy

/// One check while it runs: what it is about, what it has used up, and what it has done.
struct SPFEvaluation {
    /// What stays the same through all includes and redirects.
    struct Subject {
        var client: SPFClient
        var localPart: String
        /// Of the sender, whatever record is being read.
        var senderDomain: DomainName
        var receiver: String
        var time: Moment
        /// Which records are read.
        var selection: RecordSelection
    }

    /// What `check_host()` of RFC 7208 section 4 comes to for one name.
    struct Finding {
        var result: SPFResult
        var term: SPFRecord.Term?
        /// Of the record that gave the result.
        var recordName: DomainName
        var explanation: SPFRecord.Modifier?
    }

    let subject: Subject
    let resolver: any Resolver
    let records: SPFRecordCache
    var trace: Trace?

    /// Terms that looked something up.
    var terms = 0
    var voids = 0
    var questions = 0
    /// Of includes.
    var depth = 0
    /// What the client's address leads to, once it was asked for.
    var pointers: Pointers?

    /// The client's names in the DNS, the first ten (RFC 7208 section 4.6.4).
    struct Pointers {
        var names: [DomainName]
        /// Whether the name leads back to the client, where that is known already.
        var areValid: [Bool?]
    }

    // MARK: Records

    /// - Returns: `nil` if there is no record (RFC 7208 section 4.5).
    mutating func finding(for name: DomainName) async throws(SPFProblem) -> Finding? {
        guard let record = try await record(at: name) else {
            note(.noRecord(at: name))
            return nil
        }
        var index = 0
        while let candidate = record.firstCandidate(from: index, for: subject.client.address) {
            noteMismatches(index..<candidate, in: record, of: name)
            let directive = record.directives[candidate]
            if try await matches(directive, of: name) {
                return Finding(
                    result: directive.qualifier, term: directive.term, recordName: name,
                    explanation: record.explanation)
            }
            index = candidate + 1
        }
        noteMismatches(index..<record.directives.count, in: record, of: name)
        if let redirect = record.redirect { return try await follow(redirect, of: name) }
        note(.noMatch(name))
        return Finding(result: .neutral, recordName: name)
    }

    private mutating func record(at name: DomainName) async throws(SPFProblem) -> SPFRecord? {
        let answer = try await ask(Question(name, .txt), for: nil)
        if case .failed(let failure) = answer.outcome { throw .lookUpFailed(Question(name, .txt), failure) }
        if answer.outcome == .noSuchName, subject.selection.tellsMissingDomains, depth == 0, terms == 0 {
            throw .noSuchDomain(name)
        }
        let selected = subject.selection.select(answer.records)
        guard selected.count <= 1 else { throw .severalRecords(name, count: selected.count) }
        guard let record = selected.only else { return nil }
        if trace != nil { note(.record(at: name, text: String(visibleASCII: record.bytes.prefix(1_000)))) }
        do {
            return try records.record(record.bytes, termsFrom: record.termsStart)
        } catch {
            throw .syntax(name, error)
        }
    }

    /// RFC 7208 section 6.1.
    private mutating func follow(
        _ redirect: SPFRecord.Modifier, of name: DomainName
    ) async throws(SPFProblem) -> Finding {
        let place = SPFPlace(redirect.term, in: name)
        try countTerm(place)
        guard let target = try await target(redirect.target, of: name, at: place) else {
            // A macro that has no value here, so that the term says nothing (RFC 8616 section 4).
            return Finding(result: .neutral, recordName: name)
        }
        note(.redirect(place, to: target))
        guard target.canBeAsked, let finding = try await finding(for: target) else {
            throw .noRecord(target, for: place)
        }
        return finding
    }

    // MARK: Counting

    mutating func countTerm(_ place: SPFPlace) throws(SPFProblem) {
        terms += 1
        if terms > SPFLimit.terms.count { throw .overLimit(.terms, at: place) }
    }

    mutating func countVoid(_ place: SPFPlace) throws(SPFProblem) {
        voids += 1
        if voids > SPFLimit.voids.count { throw .overLimit(.voids, at: place) }
    }

    /// - Parameter place: What asks; `nil` for a record itself.
    mutating func ask(_ question: Question, for place: SPFPlace?) async throws(SPFProblem) -> Answer {
        questions += 1
        guard questions <= SPFLimit.questions.count else {
            throw .overLimit(.questions, at: place ?? SPFPlace(record: question.name, term: "", offset: 0))
        }
        let answer = await resolver.answer(to: question)
        if trace != nil { note(.asked(question, answer: answer.text)) }
        return answer
    }

    // MARK: Trace

    /// What was done so far.
    struct Trace {
        /// Of a check at its limits there are some hundred; this bounds what a record of thousands of terms gives.
        static let maximumSteps = 1_000
        var steps: [SPFStep] = []
    }

    mutating func note(_ event: @autoclosure () -> SPFStep.Event) {
        guard let count = trace?.steps.count, count < Trace.maximumSteps else { return }
        trace?.steps.append(
            SPFStep(event: event(), depth: depth, terms: terms, voids: voids, questions: questions))
    }
}

extension SPFPlace {
    init(_ term: SPFRecord.Term, in record: DomainName) {
        self.init(record: record, term: term.text, offset: term.offset)
    }
}

extension Answer {
    /// For a trace.
    fileprivate var text: String {
        switch outcome {
        case .records(let records):
            records.prefix(20).map(\.text).joined(separator: ", ")
                + (records.count > 20 ? " and \(records.count - 20) more" : "")
        case .noData: "no such record"
        case .noSuchName: "no such name"
        case .failed(let failure): failure.description
        }
    }
}

extension Record {
    fileprivate var text: String {
        switch self {
        case .address(let address): address.description
        case .mx(let preference, let exchange): "\(preference) \(exchange.text.isEmpty ? "." : exchange.visible)"
        case .ptr(let name): name.visible
        case .text(let bytes): "\"\(String(visibleASCII: bytes.prefix(500)))\""
        }
    }
}
