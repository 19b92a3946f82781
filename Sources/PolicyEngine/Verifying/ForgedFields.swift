import MailAuthentication
import PostfixProtocols

/// Header fields that only this host may write, and that came with a message all the same (RFC 8601 section 5).
struct ForgedFields {
    /// What mail is marked with that its author's domain disowns.
    static let markName = Array("Sekisho-DMARC".utf8)
    private static let resultsName = Array(AuthenticationResultsWriter.fieldName.utf8)
    /// With more of them a message is no mistake of anybody's.
    static let most = 100

    private let authservID: String
    private var resultsSeen = 0
    private var marksSeen = 0
    private var found: [MilterVerdict.HeaderChange] = []

    init(authservID: String) { self.authservID = authservID }

    /// There are more of them than are removed.
    var isTooMany: Bool { found.count > Self.most }

    /// From the bottom to the top, so that each is still the so-manieth when its turn comes.
    var removals: [MilterVerdict.HeaderChange] { found.reversed() }

    /// Looks at a field as it comes.
    mutating func look(at name: Span<UInt8>, _ value: Span<UInt8>) {
        if Self.isNamed(Self.resultsName, name) {
            resultsSeen += 1
            let isOurs = value.withUnsafeBufferPointer {
                AuthenticationResults.claims(authservID: authservID, fieldValue: $0)
            }
            if isOurs { remove(Self.resultsName, resultsSeen) }
        } else if Self.isNamed(Self.markName, name) {
            marksSeen += 1
            remove(Self.markName, marksSeen)
        }
    }

    /// Looks at one that is too long to be kept: whose it says that it is nobody can tell, and nobody needs it.
    mutating func look(atLong name: Span<UInt8>) {
        if Self.isNamed(Self.resultsName, name) {
            resultsSeen += 1
            remove(Self.resultsName, resultsSeen)
        } else if Self.isNamed(Self.markName, name) {
            marksSeen += 1
            remove(Self.markName, marksSeen)
        }
    }

    private mutating func remove(_ name: [UInt8], _ number: Int) {
        if !isTooMany { found.append(.delete(nth: number, name: name)) }
    }

    /// Whatever the case, and with white space before the colon, as some write it (RFC 5322 section 4.5).
    private static func isNamed(_ wanted: [UInt8], _ name: Span<UInt8>) -> Bool {
        var count = name.count
        while count > 0, name[count - 1] == 0x20 || name[count - 1] == 0x09 { count -= 1 }
        guard count == wanted.count else { return false }
        // The names have letters and hyphens only, of which no two differ in this bit alone.
        for index in 0..<count where name[index] | 0x20 != wanted[index] | 0x20 { return false }
        return true
    }
}

extension MilterVerdict {
    /// For a message with more forged fields than can be a mistake.
    static let tooManyForgedFields = MilterVerdict(
        .refuse(
            SMTPRefusal(
                .transactionFailed554, subject: 6, detail: 0,
                text: "Over \(ForgedFields.most) header fields of this message claim to be written by this host")))
}
