import MailAuthentication
import MailPolicy

extension MessageFindings {
    /// What the pass rates count of a message; `nil` where no domain answers for it that the DNS could hold.
    init?(_ outcome: MessageOutcome, source: IPAddress) {
        let domains: [DomainName?] = [outcome.authors.first, outcome.mailFrom.domain]
        // However it was spelled: a name is one domain.
        guard let domain = domains.compactMap({ $0?.withALabels }).first(where: \.canBeAsked) else { return nil }
        self.init(
            domain: domain.text, source: source,
            findings: [
                .spf: AuthenticationFinding(outcome.mailFrom.result),
                .senderid: AuthenticationFinding(outcome.senderID.result),
                .dkim: AuthenticationFinding(outcome.signatures.map(\.result)),
                .dmarc: AuthenticationFinding(outcome.policy.result),
                .arc: AuthenticationFinding(outcome.chain),
            ])
    }
}

extension AuthenticationFinding {
    init(_ result: SPFResult) {
        switch result {
        case .pass: self = .pass
        case .fail, .softfail: self = .fail
        case .none, .neutral: self = .none
        case .temperror: self = .temperror
        case .permerror: self = .permerror
        }
    }

    /// Of all signatures: one that verifies is enough.
    init(_ results: [DKIMResult]) {
        if results.contains(.pass) {
            self = .pass
        } else if results.contains(.temperror) {
            self = .temperror
        } else if results.contains(where: { $0 == .fail || $0 == .policy }) {
            self = .fail
        } else if results.contains(.permerror) {
            self = .permerror
        } else {
            self = .none
        }
    }

    init(_ result: DMARCOutcome.Result) {
        switch result {
        case .pass: self = .pass
        case .fail: self = .fail
        case .none: self = .none
        case .temperror: self = .temperror
        case .permerror: self = .permerror
        }
    }

    /// ARC itself has no word for errors (RFC 8617 section 4.4).
    init(_ outcome: ARCOutcome) {
        switch outcome.result {
        case .pass: self = .pass
        case .fail: self = outcome.isUndecided ? .temperror : .fail
        case .none: self = .none
        }
    }
}
