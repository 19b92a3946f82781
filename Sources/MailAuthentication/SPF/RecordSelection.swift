/// Which of a name's TXT records is the one to read.
enum RecordSelection: Hashable, Sendable {
    /// `v=spf1` only (RFC 7208 section 4.5).
    case spf
    /// Those whose scope takes in the identity; `v=spf1` where the name has no `spf2.0` record at all
    /// (RFC 4406 sections 3.4 and 4.4).
    case senderID(SenderIDScope)

    struct Selected {
        var bytes: [UInt8]
        /// Where the version ends.
        var termsStart: Int
    }

    /// Those that were selected. All but the first matter only by their number.
    struct Selection {
        var first: Selected?
        var count = 0

        var only: Selected? { count == 1 ? first : nil }

        mutating func add(_ record: Selected) {
            if first == nil { first = record }
            count += 1
        }
    }

    /// Whether a domain that does not exist fails, as it does for a responsible address (RFC 4406 section 4.3).
    var tellsMissingDomains: Bool { self == .senderID(.responsibleAddress) }

    func select(_ records: [Record]) -> Selection {
        var spf1 = Selection()
        var senderID = Selection()
        var hasSenderID = false
        for case .text(let bytes) in records {
            hasSenderID = hasSenderID || SPFVersion.isSenderID(bytes)
            guard let (version, end) = SPFVersion.read(bytes) else { continue }
            let record = Selected(bytes: bytes, termsStart: end)
            switch (version, self) {
            case (.spf1, _): spf1.add(record)
            case (.senderID(let scope), .senderID(let wanted)) where scope.isSuperset(of: wanted):
                senderID.add(record)
            case (.senderID, _): break
            }
        }
        return self == .spf || !hasSenderID ? spf1 : senderID
    }
}
