import MailPolicy

/// One thing that a check did, for operators.
package struct SPFStep: Hashable, Sendable {
    package enum Event: Hashable, Sendable {
        /// A record was read.
        case record(at: DomainName, text: String)
        /// No record is there, or none that is meant for this check.
        case noRecord(at: DomainName)
        case asked(Question, answer: String)
        /// Macros of a term were filled in.
        case expanded(String, to: String)
        /// A mechanism was compared with the client.
        case mechanism(SPFPlace, matched: Bool, addresses: [IPAddress])
        /// No mechanism matched, and the record leads on.
        case redirect(SPFPlace, to: DomainName)
        /// No mechanism matched, and the record leads nowhere.
        case noMatch(DomainName)
        case explanation(at: DomainName, text: String)
        /// The explanation could not be used, which changes no result (RFC 7208 section 6.2).
        case noExplanation(String)
        /// The responsible address was found in this field (RFC 4407).
        case responsibleAddress(field: String, address: String)
        case problem(String)
    }

    package var event: Event
    /// Of includes, from 0.
    package var depth: Int
    /// Terms that looked something up, so far.
    package var terms: Int
    /// Look-ups that found nothing, so far.
    package var voids: Int
    /// All look-ups, so far.
    package var questions: Int
}

extension SPFStep: CustomStringConvertible {
    package var description: String { String(repeating: "  ", count: depth) + event.description }
}

extension SPFStep.Event: CustomStringConvertible {
    package var description: String {
        switch self {
        case .record(let name, let text): "record of \(name.visible): \(text)"
        case .noRecord(let name): "no record at \(name.visible)"
        case .asked(let question, let answer): "\(question.text): \(answer)"
        case .expanded(let macros, let text): "\(macros) is \(text)"
        case .mechanism(let place, let matched, let addresses):
            "\(place.term): \(matched ? "matches" : "does not match")"
                + (addresses.isEmpty ? "" : " (\(addresses.prefix(20).map(\.description).joined(separator: ", ")))")
        case .redirect(let place, let name): "\(place.term): goes on with \(name.visible)"
        case .noMatch(let name): "no mechanism of \(name.visible) matches"
        case .explanation(let name, let text): "explanation of \(name.visible): \(text)"
        case .noExplanation(let why): "no explanation: \(why)"
        case .responsibleAddress(let field, let address): "responsible is \(address), from \(field)"
        case .problem(let text): text
        }
    }
}
