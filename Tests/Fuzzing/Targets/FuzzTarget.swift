/// What reads bytes of strangers, and what must hold whatever they are.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// Packets of a mail server: codec and session.
    case milter
    /// SPF and Sender ID records with their macros, and DMARC records, as the DNS answers with them.
    case policies
    /// Key records and signatures of DKIM, private keys, and base64.
    case dkim
    /// Messages: header, addresses, body.
    case message
    /// Authentication-Results and ARC.
    case results

    /// - Throws: ``FuzzFault``. A crash is a fault too.
    package func check(_ bytes: [UInt8]) async throws {
        switch self {
        case .milter: try MilterTarget.check(bytes)
        case .policies: try await PoliciesTarget.check(bytes)
        case .dkim: try await DKIMTarget.check(bytes)
        case .message: try MessageTarget.check(bytes)
        case .results: try await ResultsTarget.check(bytes)
        }
    }
}

/// A promise that did not hold.
package struct FuzzFault: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

func require(_ holds: Bool, _ promise: @autoclosure () -> String) throws {
    guard holds else { throw FuzzFault(promise()) }
}
