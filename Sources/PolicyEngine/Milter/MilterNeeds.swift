import PostfixProtocols

/// What a service must be told and may do; nothing else is negotiated.
package struct MilterNeeds: Sendable, Equatable {
    package enum Body: Sendable {
        case none
        /// All of it; the peer waits for no answer to a chunk.
        case whole
        /// Until the handler has enough. The peer waits for an answer to each chunk.
        case untilEnough
    }

    package var connection = true
    package var helo = true
    package var recipients = true
    package var header = true
    package var body = Body.whole
    /// Without these it cannot work: a peer that does not offer them is turned away.
    package var actions: MilterActions
    /// Used where the peer offers them.
    package var optionalActions: MilterActions
    /// The macros to be told; by default those that the peer sends anyway.
    package var macros: [MilterNegotiation.MacroRequest]

    package init(
        actions: MilterActions = [], optionalActions: MilterActions = [],
        macros: [MilterNegotiation.MacroRequest] = []
    ) {
        self.actions = actions
        self.optionalActions = optionalActions
        self.macros = macros
    }
}

extension MilterNeeds {
    /// The newest version that is spoken here, and the oldest.
    static let newestVersion: UInt32 = 6
    static let oldestVersion: UInt32 = 2

    /// What is taken of an offer.
    ///
    /// - Throws: ``MilterSessionError``.
    func terms(for offer: MilterNegotiation) throws(MilterSessionError) -> MilterNegotiation {
        guard offer.version >= Self.oldestVersion else { throw .versionTooOld(offer.version) }
        let missing = actions.subtracting(offer.actions)
        guard missing.isEmpty else { throw .actionsNotOffered(missing) }
        var granted = actions.union(optionalActions.intersection(offer.actions))
        var requests: [MilterNegotiation.MacroRequest] = []
        if !macros.isEmpty, offer.actions.contains(.requestMacros) {
            granted.insert(.requestMacros)
            requests = macros
        }
        return MilterNegotiation(
            version: min(offer.version, Self.newestVersion), actions: granted,
            steps: steps.intersection(offer.steps), macros: requests)
    }

    /// What is left out, and what is not answered.
    private var steps: MilterSteps {
        var steps: MilterSteps = [.noUnknownCommands, .noData, .noReplyToSender]
        steps.insert(connection ? .noReplyToConnection : .noConnection)
        steps.insert(helo ? .noReplyToHELO : .noHELO)
        steps.insert(recipients ? .noReplyToRecipient : .noRecipients)
        if header {
            steps.formUnion([.noReplyToHeader, .noReplyToEndOfHeader, .leadingSpace])
        } else {
            steps.formUnion([.noHeader, .noEndOfHeader])
        }
        switch body {
        case .none: steps.insert(.noBody)
        case .whole: steps.insert(.noReplyToBody)
        case .untilEnough: steps.insert(.skip)
        }
        return steps
    }
}
