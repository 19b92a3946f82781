extension DomainCheck {
    func lookAtKeys(_ report: inout DomainReport, _ selectors: [DomainName]) async {
        let isGuess = selectors.isEmpty
        for selector in isGuess ? Self.usualSelectors : selectors {
            let name = DomainName("\(selector.withALabels)._domainkey.\(report.domain)")
            guard name.canBeAsked else {
                report.add(.error, .dkim, "\(name.visible) is no name that the DNS can hold")
                continue
            }
            let question = Question(name, .txt)
            let answer = await resolver.answer(to: question)
            switch answer.outcome {
            case .records: look(at: answer.texts, selector, &report)
            case .failed(let failure):
                report.noteUnanswered(.dkim, question, failure)
                // A DNS that does not answer is not asked thirty times more.
                if isGuess { return }
            case .noData, .noSuchName:
                guard !isGuess else { continue }
                report.add(
                    .error, .dkim, "there is no key at \(name.visible)",
                    remedy: "Publish its record, or do not sign with this selector")
            }
        }
        if isGuess, report.keys.isEmpty { await noteNoKey(&report) }
    }

    private func look(at texts: [[UInt8]], _ selector: DomainName, _ report: inout DomainReport) {
        let name = "\(selector.visible)._domainkey"
        if texts.count > 1 {
            report.add(
                .error, .dkim, "\(name): \(texts.count) records where one is allowed; verifiers take any of them",
                remedy: "Leave one (RFC 6376 section 3.6.2.2)")
        }
        for text in texts {
            let key = try? DKIMKeyRecord(text).key
            report.keys.append(
                DomainReport.Key(
                    selector: selector, type: key?.type, bits: key?.bits, record: String(visibleASCII: text)))
            for problem in DKIMKeyRecord.problems(of: text) {
                report.add(severity(problem), .dkim, "\(name): \(problem)", remedy: remedy(problem))
            }
        }
    }

    private func severity(_ problem: DKIMKeyRecord.Problem) -> DomainReport.Severity {
        switch problem {
        // It is how a key is taken out of service.
        case .error(.revoked): .note
        case .error: .error
        case .smallKey, .bareRSAKey, .testing, .namesSHA1: .warning
        case .noVersion, .largeKey, .hasGranularity: .note
        }
    }

    private func remedy(_ problem: DKIMKeyRecord.Problem) -> String? {
        switch problem {
        case .error(.revoked): nil
        case .error, .smallKey, .bareRSAKey: "Make a new key with sekisho dkim keygen, and publish its record"
        case .testing: "Take t=y away once the signatures verify"
        case .namesSHA1, .hasGranularity: "Take the tag away"
        case .noVersion: "Begin the record with v=DKIM1"
        case .largeKey: nil
        }
    }

    /// Keys are found by their selectors alone; but whether there can be any is told by the name above them.
    private func noteNoKey(_ report: inout DomainReport) async {
        let answer = await resolver.answer(to: Question(DomainName("_domainkey.\(report.domain)"), .txt))
        switch answer.outcome {
        case .noSuchName:
            report.add(
                .warning, .dkim, "there is no key: nothing exists below _domainkey.\(report.domain.visible)",
                remedy: "Make a key with sekisho dkim keygen, publish its record, and sign")
        case .noData, .records, .failed:
            report.add(
                .note, .dkim, "there is no key under any of \(Self.usualSelectors.count) usual selectors",
                remedy: "Name the domain's own with --selector: s= in the DKIM-Signature of a message of it")
        }
    }
}
