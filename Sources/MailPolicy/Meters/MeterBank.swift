/// Whose meter. Indices are the gatekeeper's own; a bank that lies elsewhere maps them to names.
package struct MeterKey: Sendable, Hashable {
    package enum Kind: UInt8, Sendable { case account, carrier, address, network }

    package var kind: Kind
    package var index: Int32

    package init(_ kind: Kind, _ index: Int32) {
        self.kind = kind
        self.index = index
    }
}

/// A limit, and where it comes from.
package struct AppliedLimit: Sendable, Equatable {
    package enum Origin: Sendable, Equatable {
        case plan(Int32)
        case override(Int64)
        case carrier(Int32)
        case sourceRules
    }

    package var limit: Limit
    package var origin: Origin

    package init(_ limit: Limit, from origin: Origin) {
        self.limit = limit
        self.origin = origin
    }
}

/// What a request wants of one meter, and the limits that it must stay within.
package struct Claim: Sendable {
    package var key: MeterKey
    package var amount: Amount
    package var limits: [AppliedLimit]

    package init(_ key: MeterKey, _ amount: Amount, within limits: [AppliedLimit]) {
        self.key = key
        self.amount = amount
        self.limits = limits
    }
}

/// A limit with what is taken of it.
package struct LimitCount: Sendable, Equatable {
    package var limit: AppliedLimit
    /// Counted in the period that contains now, and reserved.
    package var count: Int64
    /// Wall time at which what was asked for would pass; `nil` if it can never, or depends on a transaction that is
    /// in progress.
    package var freeAgain: Milliseconds?

    package init(limit: AppliedLimit, count: Int64, freeAgain: Milliseconds? = nil) {
        self.limit = limit
        self.count = count
        self.freeAgain = freeAgain
    }

    /// Whether it stays full longer than the other, so that it is the one to tell of.
    func isFree(after other: LimitCount) -> Bool {
        guard let theirs = other.freeAgain else { return false }
        return freeAgain.map { $0 > theirs } ?? true
    }

    /// Used part, 0 to 1.
    package var fraction: Double {
        limit.limit.quantity > 0 ? min(Double(count) / Double(limit.limit.quantity), 1) : 1
    }
}

package enum Taking: Sendable {
    /// All claims are reserved. With the limit that is nearest to its end, this request included.
    case taken(nearest: LimitCount?)
    /// Nothing was reserved, because of this limit: of those that refuse, the one that does so longest.
    case refused(LimitCount)
}

/// The one seam through which meters are taken from: all of a request's claims or none.
///
/// What is taken is reserved until it is counted or given back. One process keeps its meters in memory
/// (``MemoryMeters``); hosts that share them run the same operation as one script where the meters lie.
package protocol MeterBank {
    mutating func take(_ claim: Claim, and other: Claim?, at now: Moment, zone: ZoneOffsets) -> Taking
    /// Turns what was reserved into a count at `now`.
    mutating func commit(_ amount: Amount, of key: MeterKey, at now: Moment)
    mutating func giveBack(_ amount: Amount, to key: MeterKey)
    /// What is taken of one limit now.
    func count(of limit: AppliedLimit, for key: MeterKey, at now: Moment, zone: ZoneOffsets) -> LimitCount
}
