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
        var walk = SPFTreeWalk(of: report.domain, resolver: resolver)
        await walk.walk(text)
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
