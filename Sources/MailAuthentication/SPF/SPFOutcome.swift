/// What one check found, and why.
package struct SPFOutcome: Sendable {
    package var result: SPFResult
    package var identity: CheckedIdentity
    /// What was checked; empty where the identity has no domain.
    package var domain: DomainName
    /// Before the `@`; `postmaster` where the identity has none (RFC 7208 section 4.3).
    package var localPart: String
    /// The term that gave the result, as it is written; `nil` where none matched.
    package var mechanism: String?
    /// Where the record is published that holds ``mechanism``; behind `redirect=` another one than ``domain``.
    package var recordName: DomainName?
    /// What the domain's owner says to those who are refused: visible ASCII and spaces, at most 512 bytes. Only with a fail.
    package var explanation: String?
    /// Why there is no better result: with a temperror, a permerror, and with a none or a fail that came before any record.
    package var cause: SPFProblem?
    /// What was done, step by step; empty if it was not asked for.
    package var trace: [SPFStep] = []

    /// ``cause`` as a sentence.
    package var problem: String? { cause?.description }

    /// The address that was checked.
    package var sender: String { "\(localPart)@\(domain)" }
}
