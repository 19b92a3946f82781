import MailPolicy

/// Who used a domain's name in the last day.
///
/// Sources are unbounded, as anybody can take a name from ever new addresses. Those that are kept are bounded, and what
/// the others did is kept as one sum, so that nothing that was counted gets lost.
struct DomainSources: Sendable {
    /// What came from a source.
    struct Uses: Sendable, Equatable {
        var passed = 0
        var failed = 0
        var unknown = 0
        /// Steady times.
        var firstSeen: Milliseconds
        var lastSeen: Milliseconds
        var messages: Int { passed + failed + unknown }

        mutating func add(_ other: Uses) {
            passed += other.passed
            failed += other.failed
            unknown += other.unknown
            firstSeen = min(firstSeen, other.firstSeen)
            lastSeen = max(lastSeen, other.lastSeen)
        }
    }

    struct Source: Sendable, Equatable {
        /// An IPv4 address, or the /64 of an IPv6 address: whoever has one has all of it.
        var network: Network
        var uses: Uses
        /// Whether the store has a row of it, and whether it lacks something.
        fileprivate var isStored = false
        fileprivate var isChanged = true

        /// Came up in the last hour and passed nothing: nobody knows whether it may use the name.
        func isNew(at now: Milliseconds) -> Bool { uses.passed == 0 && uses.firstSeen > now - DomainRecord.hour }
    }

    private(set) var kept: [Source] = []
    /// Of those that lost their places to others.
    private(set) var others: Uses?
    private var areOthersChanged = false
    /// Lost their places while the store has a row of them.
    private var displaced: [Network] = []

    static let mostKept = 256
    /// What a domain is granted also when there is no room for more.
    static let alwaysKept = 32

    static func network(of address: IPAddress) -> Network {
        Network(masking: address, prefix: address.isV4 ? 128 : 64)
    }

    // MARK: Counting

    /// Counts a message.
    ///
    /// - Parameters:
    ///   - isGenuine: See ``MessageFindings/isGenuine``.
    ///   - hasRoom: Whether more sources may be kept than a domain is always granted.
    /// - Returns: Whether its source is new.
    mutating func add(_ address: IPAddress, _ isGenuine: Bool?, hasRoom: Bool, at now: Milliseconds) -> Bool {
        let index = place(of: Self.network(of: address), hasRoom: hasRoom, at: now)
        kept[index].uses.lastSeen = now
        kept[index].isChanged = true
        switch isGenuine {
        case true?: kept[index].uses.passed += 1
        case false?: kept[index].uses.failed += 1
        case nil: kept[index].uses.unknown += 1
        }
        return kept[index].isNew(at: now)
    }

    private mutating func place(of network: Network, hasRoom: Bool, at now: Milliseconds) -> Int {
        if let known = kept.firstIndex(where: { $0.network == network }) { return known }
        let new = Source(network: network, uses: Uses(firstSeen: now, lastSeen: now))
        if kept.count < (hasRoom ? Self.mostKept : Self.alwaysKept) {
            kept.append(new)
            return kept.count - 1
        }
        let index = quietest(at: now)
        displace(kept[index], at: now)
        kept[index] = new
        return index
    }

    /// The place that a new source gets. New sources take those of new ones, as long as these have a fair part of all:
    /// who takes the name from ever new addresses pushes out nobody who is known.
    private func quietest(at now: Milliseconds) -> Int {
        var (newcomers, newcomer, oldest) = (0, 0, 0)
        for (index, source) in kept.enumerated() {
            if source.uses.lastSeen < kept[oldest].uses.lastSeen { oldest = index }
            guard source.isNew(at: now) else { continue }
            let isQuieter =
                (source.uses.messages, source.uses.lastSeen)
                < (kept[newcomer].uses.messages, kept[newcomer].uses.lastSeen)
            if newcomers == 0 || isQuieter { newcomer = index }
            newcomers += 1
        }
        return newcomers * 4 >= kept.count ? newcomer : oldest
    }

    private mutating func displace(_ source: Source, at now: Milliseconds) {
        if source.isStored { displaced.append(source.network) }
        guard source.uses.lastSeen > now - DomainRecord.day else { return }
        if let known = others, known.lastSeen > now - DomainRecord.day {
            others?.add(source.uses)
        } else {
            others = source.uses
        }
        areOthersChanged = true
    }

    // MARK: In the store

    /// What the store has of a source; `nil` for ``others``.
    mutating func restore(_ network: Network?, _ uses: Uses) {
        guard let network else {
            others = uses
            return
        }
        guard kept.count < Self.mostKept else { return }
        kept.append(Source(network: network, uses: uses, isStored: true, isChanged: false))
    }

    /// What the store has not got yet.
    struct Changes: Sendable {
        var displaced: [Network] = []
        /// `nil` stands for ``others``.
        var counted: [(network: Network?, uses: Uses)] = []
    }

    mutating func takeChanges() -> Changes {
        var changes = Changes(displaced: displaced)
        displaced = []
        for index in kept.indices where kept[index].isChanged {
            changes.counted.append((kept[index].network, kept[index].uses))
            kept[index].isStored = true
            kept[index].isChanged = false
        }
        if areOthersChanged, let others { changes.counted.append((nil, others)) }
        areOthersChanged = false
        return changes
    }
}
