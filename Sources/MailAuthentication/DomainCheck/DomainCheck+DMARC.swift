extension DomainCheck {
    func lookAtDMARC(_ report: inout DomainReport) async {
        let own = Question(DomainName("_dmarc.\(report.domain)"), .txt)
        let answer = await resolver.answer(to: own)
        if case .failed(let failure) = answer.outcome { return report.noteUnanswered(.dmarc, own, failure) }
        let texts = answer.texts.filter { DMARCRecord(parsing: $0) != nil }
        if texts.count > 1 {
            report.add(
                .error, .dmarc, "there are \(texts.count) DMARC records, so that none counts",
                remedy: "Leave one (RFC 9989 section 4.10)")
        }
        for text in answer.texts where DMARCRecord(parsing: text) == nil {
            report.add(
                .warning, .dmarc, "\"\(String(visibleASCII: text.prefix(60)))\" is no DMARC record",
                remedy: "It must start with \"v=DMARC1\" and a semicolon")
        }
        // Nothing passed for it: what then is asked for is what it publishes for those who forge it.
        let outcome = await DMARCCheck(resolver: resolver).check(
            DMARCMessage(authors: [report.domain], spf: nil, dkim: []))
        if case .lookupFailed(let name, let failure) = outcome.reason {
            return report.noteUnanswered(.dmarc, Question(DomainName("_dmarc.\(name)"), .txt), failure)
        }
        guard let record = outcome.record, let domain = outcome.recordDomain else {
            if texts.count > 1 { return }
            return report.add(
                .error, .dmarc, "there is no DMARC record, neither here nor above",
                remedy:
                    "Publish \"v=DMARC1; p=none; rua=mailto:...\" at _dmarc.\(report.domain.visible), and read the reports"
            )
        }
        report.dmarcDomain = domain
        report.dmarcPolicy = outcome.requestedPolicy
        report.dmarcRecord = await text(of: domain, texts.first, report)
        if domain != report.domain { report.add(.note, .dmarc, "the record is that of \(domain.visible)") }
        look(at: record, outcome.policyTag ?? .p, &report)
        await lookAtReports(record, domain, &report)
    }

    private func text(of domain: DomainName, _ own: [UInt8]?, _ report: DomainReport) async -> String? {
        if domain == report.domain { return own.map { String(visibleASCII: $0) } }
        let answer = await resolver.answer(to: Question(DomainName("_dmarc.\(domain)"), .txt))
        return answer.texts.first { DMARCRecord(parsing: $0) != nil }.map { String(visibleASCII: $0) }
    }

    private func look(at record: DMARCRecord, _ tag: DMARCOutcome.PolicyTag, _ report: inout DomainReport) {
        for problem in record.problems {
            report.add(
                problem.kind.spoilsTheValue ? .error : .warning, .dmarc, "the record, \(problem)",
                remedy: "See RFC 9989 section 4.7 for what the tag may say")
        }
        if report.dmarcPolicy == DMARCRecord.Policy.none {
            report.add(
                .warning, .dmarc,
                record.isTest
                    ? "the policy is on trial (t=y): nothing is asked for"
                    : "\(tag.rawValue)=none: nothing is done with mail that fails",
                remedy: "Once the reports show that your own mail passes, go on to quarantine and reject")
        }
        if let policy = record.policy, let below = record.subdomainPolicy, below < policy {
            report.add(
                .warning, .dmarc,
                "sp=\(below.rawValue) asks for less than p=\(policy.rawValue): any subdomain may be forged",
                remedy: "Take sp away, or make it as strict")
        }
        if let policy = record.subdomainPolicy ?? record.policy, let below = record.nonexistentPolicy, below < policy {
            report.add(
                .warning, .dmarc,
                "np=\(below.rawValue) asks for less than \(record.subdomainPolicy == nil ? "p" : "sp")=\(policy.rawValue): subdomains that do not exist may be forged",
                remedy: "Take np away, or make it as strict")
        }
        if record.percentage != nil || record.reportInterval != nil || !record.failureFormats.isEmpty {
            report.add(
                .note, .dmarc, "pct, rf and ri are of the old kind and mean nothing any more (RFC 9989 appendix A)")
        }
        if record.aggregateReports.isEmpty {
            report.add(
                .note, .dmarc, "no reports are asked for (rua), so that nobody sees what fails",
                remedy: "Add rua=mailto:... with an address that somebody reads")
        }
    }

    /// Who is to get reports of another domain must have said so (RFC 7489 section 7.1).
    private func lookAtReports(_ record: DMARCRecord, _ domain: DomainName, _ report: inout DomainReport) async {
        var asked: Set<DomainName> = []
        for uri in record.aggregateReports + record.failureReports {
            guard uri.isMail else {
                report.add(.warning, .dmarc, "\(uri.text): hardly anybody sends reports but by mail")
                continue
            }
            guard let target = uri.mailDomain?.withALabels, !asked.contains(target), asked.count < 20 else { continue }
            asked.insert(target)
            if target.isWithin(domain) || domain.isWithin(target) { continue }
            let question = Question(DomainName("\(domain)._report._dmarc.\(target)"), .txt)
            guard question.name.canBeAsked else { continue }
            let answer = await resolver.answer(to: question)
            if case .failed(let failure) = answer.outcome {
                report.noteUnanswered(.dmarc, question, failure)
            } else if !answer.texts.contains(where: { DMARCRecord(parsing: $0) != nil }) {
                report.add(
                    .warning, .dmarc,
                    "\(target.visible) has not said that it takes reports of \(domain.visible), so none are sent there",
                    remedy: "It must publish \"v=DMARC1\" at \(question.name.visible)")
            }
        }
    }
}

extension DMARCReportURI {
    /// Of the address to which reports are mailed.
    fileprivate var mailDomain: DomainName? {
        let address = text.dropFirst(7).prefix { $0 != "?" }
        guard isMail, let at = address.lastIndex(of: "@") else { return nil }
        return DomainName(address[address.index(after: at)...])
    }
}
