import PostfixProtocols

/// One connection of a mail server to a milter as a state machine: which command may come when, and which is answered.
/// It does no I/O; what it returns is done by its caller.
struct MilterSession {
    /// What a command leads to.
    struct Step: Equatable {
        enum Effect: Equatable {
            case nothing
            /// Send these terms.
            case negotiate(MilterNegotiation)
            case meet
            case greet
            case beginMessage
            case addRecipient
            case addHeader
            /// A field of so many bytes was passed over.
            case addLongHeader
            case endHeader
            case addBody
            /// The verdict is to be given; ``MilterSession/verdictGiven()`` when it is sent.
            case decide
            /// The next SMTP connection comes on the same socket.
            case startOver
            case close
        }

        var effect: Effect
        /// Whether the peer waits for an answer now.
        var isAnswered = false
        /// Whether a message that was in progress has come to nothing.
        var endsMessage = false
    }

    private enum Phase: Equatable {
        case new
        /// Between messages, after this command.
        case ready(after: MilterLetter)
        /// In a message, after this command.
        case message(after: MilterLetter)
        case deciding
    }

    let needs: MilterNeeds
    private var phase = Phase.new
    /// What was agreed on; `nil` before that.
    private(set) var terms: MilterNegotiation?
    private(set) var macros = MilterMacros()

    init(needs: MilterNeeds) { self.needs = needs }

    var isInMessage: Bool {
        switch phase {
        case .new, .ready: false
        case .message, .deciding: true
        }
    }

    var isDeciding: Bool { phase == .deciding }

    /// - Parameter bytes: what the ranges of the command lie in.
    /// - Throws: ``MilterSessionError``.
    mutating func receive(_ command: MilterCommand, in bytes: Span<UInt8>) throws(MilterSessionError) -> Step {
        switch command {
        case .negotiate(let offer): return try negotiate(offer)
        case .abort: return endMessage(.nothing)
        case .quit: return endMessage(.close)
        case .quitForNewConnection:
            let step = endMessage(.startOver)
            macros.endConnection()
            return step
        default: break
        }
        guard phase != .new else { throw .notNegotiated(command.letter) }
        guard phase != .deciding else { throw .unanswered(command.letter) }
        switch command {
        case .macros(let letter, let pairs):
            macros.set(letter, bytes.extracting(pairs))
            return Step(effect: .nothing)
        case .unknown: return Step(effect: .nothing, isAnswered: isAnswered(unless: .noReplyToUnknownCommand))
        case .connection: return try meet()
        case .helo: return greet()
        case .sender: return try beginMessage()
        default: return try takePart(command)
        }
    }

    /// The answer to the end of the message is sent.
    mutating func verdictGiven() {
        guard phase == .deciding else { return }
        phase = .ready(after: .endOfMessage)
        macros.endMessage()
    }

    private func isAnswered(unless step: MilterSteps) -> Bool { !(terms?.steps.contains(step) ?? false) }

    // MARK: Connection

    private mutating func negotiate(_ offer: MilterNegotiation) throws(MilterSessionError) -> Step {
        guard phase == .new else { throw .negotiatedAlready }
        let terms = try needs.terms(for: offer)
        self.terms = terms
        phase = .ready(after: .negotiate)
        return Step(effect: .negotiate(terms))
    }

    private mutating func meet() throws(MilterSessionError) -> Step {
        guard phase == .ready(after: .negotiate) else { throw .outOfOrder(.connection, after: last) }
        phase = .ready(after: .connection)
        return Step(effect: .meet, isAnswered: isAnswered(unless: .noReplyToConnection))
    }

    /// HELO in the middle of a message ends it (RFC 5321 section 4.1.4); Postfix sends its ABORT behind it.
    private mutating func greet() -> Step {
        let endsMessage = isInMessage
        phase = .ready(after: .helo)
        return Step(effect: .greet, isAnswered: isAnswered(unless: .noReplyToHELO), endsMessage: endsMessage)
    }

    // MARK: Message

    /// MAIL in the middle of a message begins the next one, as it does with libmilter.
    private mutating func beginMessage() throws(MilterSessionError) -> Step {
        if phase == .ready(after: .negotiate), needs.connection { throw .outOfOrder(.sender, after: .negotiate) }
        let endsMessage = isInMessage
        macros.beginMessage()
        phase = .message(after: .sender)
        return Step(
            effect: .beginMessage, isAnswered: isAnswered(unless: .noReplyToSender), endsMessage: endsMessage)
    }

    private mutating func takePart(_ command: MilterCommand) throws(MilterSessionError) -> Step {
        guard case .message(let last) = phase, mayFollow(last, command.letter) else {
            throw .outOfOrder(command.letter, after: last)
        }
        phase = .message(after: command.letter)
        switch command {
        case .recipient: return Step(effect: .addRecipient, isAnswered: isAnswered(unless: .noReplyToRecipient))
        case .data: return Step(effect: .nothing, isAnswered: isAnswered(unless: .noReplyToData))
        case .header: return Step(effect: .addHeader, isAnswered: isAnswered(unless: .noReplyToHeader))
        case .longHeader(_, let name, let isEnd):
            return Step(
                effect: name == nil ? .nothing : .addLongHeader,
                isAnswered: isEnd && isAnswered(unless: .noReplyToHeader))
        case .endOfHeader: return Step(effect: .endHeader, isAnswered: isAnswered(unless: .noReplyToEndOfHeader))
        case .body(_, let isEnd):
            return Step(effect: .addBody, isAnswered: isEnd && isAnswered(unless: .noReplyToBody))
        default:
            phase = .deciding
            return Step(effect: .decide)
        }
    }

    /// A message goes forward only. What was negotiated away, or an old peer does not know, is missing between.
    private func mayFollow(_ last: MilterLetter, _ next: MilterLetter) -> Bool {
        switch next {
        case .recipient: last == .sender || last == .recipient
        case .data: last == .sender || last == .recipient
        case .header: last != .endOfHeader && last != .body
        case .endOfHeader: last != .endOfHeader && last != .body
        // The header has an end, unless none is sent.
        default: last == .endOfHeader || last == .body || isAnsweredAway(.noEndOfHeader)
        }
    }

    private func isAnsweredAway(_ step: MilterSteps) -> Bool { terms?.steps.contains(step) ?? false }

    /// The command after which the next is wrong.
    private var last: MilterLetter {
        switch phase {
        case .new: .negotiate
        case .ready(let last), .message(let last): last
        case .deciding: .endOfMessage
        }
    }

    /// ABORT, QUIT and QUIT_NC may come at any point.
    private mutating func endMessage(_ effect: Step.Effect) -> Step {
        let endsMessage = isInMessage
        if endsMessage { phase = .ready(after: .abort) }
        if effect == .startOver, phase != .new { phase = .ready(after: .negotiate) }
        macros.endMessage()
        return Step(effect: effect, endsMessage: endsMessage)
    }
}
