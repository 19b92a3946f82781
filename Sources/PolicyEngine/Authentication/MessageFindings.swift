import MailPolicy

/// A way to authenticate a domain, by the name that the views, the history and the command line have for it.
package enum AuthenticationMethod: String, CaseIterable, Sendable {
    case spf, senderid, dkim, dmarc, arc

    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// What a method found of one message, as the pass rates count it.
package enum AuthenticationFinding: String, CaseIterable, Sendable {
    case pass
    /// Also SPF's `softfail`, and `policy`: the message lacks what its domain's mail has.
    case fail
    /// The domain says nothing: no record, no signature, SPF's `neutral`.
    case none
    /// The DNS did not answer in time, or with SERVFAIL: asked again later it may pass.
    case temperror
    case permerror

    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// What was found of one message.
package struct MessageFindings: Sendable, Equatable {
    /// The author's domain; the envelope sender's where the header names none.
    package var domain: String
    /// Who handed it in.
    package var source: IPAddress
    /// Methods that were not asked are not there.
    package var findings: [AuthenticationMethod: AuthenticationFinding]

    package init(
        domain: String, source: IPAddress, findings: [AuthenticationMethod: AuthenticationFinding]
    ) {
        self.domain = domain
        self.source = source
        self.findings = findings
    }

    /// Whether the domain's name was used by somebody who could prove it: as DMARC says, else SPF; `nil` where
    /// neither says.
    var isGenuine: Bool? {
        for method in [AuthenticationMethod.dmarc, .spf] {
            switch findings[method] {
            case .pass: return true
            case .fail: return false
            case .some(.none), .temperror, .permerror, nil: continue
            }
        }
        return nil
    }
}
