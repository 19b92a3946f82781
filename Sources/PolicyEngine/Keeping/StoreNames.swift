import PolicyStore

// The store's own words for things that the policy has words for too.
typealias StoredMeterKey = MeterKey
typealias StoredVerdict = VerdictRecord
