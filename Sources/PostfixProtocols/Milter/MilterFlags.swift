/// What a milter may do to a message (SMFIF_*).
package struct MilterActions: OptionSet, Sendable, Hashable {
    package var rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Add header fields, at the end or at a place.
    package static let addHeaders = Self(rawValue: 0x01)
    package static let changeBody = Self(rawValue: 0x02)
    package static let addRecipients = Self(rawValue: 0x04)
    package static let deleteRecipients = Self(rawValue: 0x08)
    /// Change or delete header fields.
    package static let changeHeaders = Self(rawValue: 0x10)
    package static let quarantine = Self(rawValue: 0x20)
    package static let changeSender = Self(rawValue: 0x40)
    /// Add recipients with ESMTP parameters.
    package static let addRecipientsWithParameters = Self(rawValue: 0x80)
    /// Say which macros are to be sent.
    package static let requestMacros = Self(rawValue: 0x100)
}

/// What the peer can leave out of the conversation, and how it is to speak (SMFIP_*).
package struct MilterSteps: OptionSet, Sendable, Hashable {
    package var rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    // Commands that are not sent.
    package static let noConnection = Self(rawValue: 0x01)
    package static let noHELO = Self(rawValue: 0x02)
    package static let noSender = Self(rawValue: 0x04)
    package static let noRecipients = Self(rawValue: 0x08)
    package static let noBody = Self(rawValue: 0x10)
    package static let noHeader = Self(rawValue: 0x20)
    package static let noEndOfHeader = Self(rawValue: 0x40)
    package static let noUnknownCommands = Self(rawValue: 0x100)
    package static let noData = Self(rawValue: 0x200)

    // Commands that are not answered.
    package static let noReplyToHeader = Self(rawValue: 0x80)
    package static let noReplyToConnection = Self(rawValue: 0x1000)
    package static let noReplyToHELO = Self(rawValue: 0x2000)
    package static let noReplyToSender = Self(rawValue: 0x4000)
    package static let noReplyToRecipient = Self(rawValue: 0x8000)
    package static let noReplyToData = Self(rawValue: 0x10000)
    package static let noReplyToUnknownCommand = Self(rawValue: 0x20000)
    package static let noReplyToEndOfHeader = Self(rawValue: 0x40000)
    package static let noReplyToBody = Self(rawValue: 0x80000)

    /// The peer understands that no more of the body is wanted.
    package static let skip = Self(rawValue: 0x400)
    /// Recipients that the peer refused are sent too.
    package static let refusedRecipients = Self(rawValue: 0x800)
    /// Header values are sent and taken with the space behind the colon.
    package static let leadingSpace = Self(rawValue: 0x10_0000)
}

/// The stages that macros can be asked for (SMFIM_*).
package enum MilterMacroStage: UInt32, Sendable, CaseIterable {
    case connection = 0
    case helo = 1
    case sender = 2
    case recipient = 3
    case data = 4
    case endOfMessage = 5
    case endOfHeader = 6
}

/// What both sides agree on (SMFIC_OPTNEG): sent by the peer as an offer, and answered with what is taken of it.
package struct MilterNegotiation: Sendable, Equatable {
    /// 2 to 6.
    package var version: UInt32
    package var actions: MilterActions
    package var steps: MilterSteps
    /// In an answer only: the names of the macros that are wanted at a stage, such as `i` and `{auth_authen}`.
    package var macros: [MacroRequest]

    package struct MacroRequest: Sendable, Equatable {
        package var stage: MilterMacroStage
        package var names: [String]

        package init(_ stage: MilterMacroStage, _ names: [String]) {
            self.stage = stage
            self.names = names
        }
    }

    package init(version: UInt32, actions: MilterActions, steps: MilterSteps, macros: [MacroRequest] = []) {
        self.version = version
        self.actions = actions
        self.steps = steps
        self.macros = macros
    }
}
