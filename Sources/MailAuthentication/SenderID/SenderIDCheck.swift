import MailPolicy

/// Sender ID (RFC 4406). What it finds is told; to refuse a message for it is nobody's default.
extension SPFCheck {
    /// Checks the address that the header makes responsible.
    ///
    /// A permerror if there is none; a fail if its domain does not exist (RFC 4406 section 4.3).
    package func checkSenderID(
        of header: MessageHeader, client: SPFClient, time: Moment, asking other: (any Resolver)? = nil,
        trace: Bool = false
    ) async -> SPFOutcome {
        let address: ResponsibleAddress
        do {
            address = try ResponsibleAddress(of: header)
        } catch {
            return Self.outcome(without: error, trace: trace)
        }
        let step =
            trace ? SPFStep.Event.responsibleAddress(field: address.field.rawValue, address: address.visible) : nil
        return await run(
            .responsible(address.field), of: (address.mailbox.localPart, address.mailbox.domain.text),
            .senderID(.responsibleAddress), client: client, time: time, asking: other, trace: trace,
            firstStep: step)
    }

    /// Checks the reverse-path against records of the scope `mfrom`.
    ///
    /// - Parameter mailFrom: As in ``SPFIdentity/mailFrom(_:)``.
    package func checkSenderID(
        mailFrom path: String, client: SPFClient, time: Moment, asking other: (any Resolver)? = nil,
        trace: Bool = false
    ) async -> SPFOutcome {
        await run(
            .mailFrom, of: Self.address(ofPath: path, helo: client.helo), .senderID(.mailFrom), client: client,
            time: time, asking: other, trace: trace)
    }

    private static func outcome(without problem: ResponsibleAddressProblem, trace: Bool) -> SPFOutcome {
        let field: ResponsibleField? =
            switch problem {
            case .severalFields(let field, _), .malformed(let field, _), .severalMailboxes(let field, _): field
            case .noFrom, .incompleteHeader: nil
            }
        var outcome = SPFOutcome(result: .permerror, identity: .responsible(field), domain: "", localPart: "")
        outcome.cause = .noResponsibleAddress(problem)
        if trace {
            outcome.trace = [
                SPFStep(event: .problem(problem.description), depth: 0, terms: 0, voids: 0, questions: 0)
            ]
        }
        return outcome
    }
}

extension ResponsibleAddress {
    fileprivate var visible: String { String(visibleASCII: "\(mailbox.localPart)@\(mailbox.domain)".utf8) }
}
