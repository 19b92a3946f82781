import PostfixProtocols
import Testing

@testable import PolicyEngine

@Suite struct MilterSessionTests {
    typealias Effect = MilterSession.Step.Effect

    /// Reads what the writer wrote, and lets the session take it.
    private func steps(
        _ session: inout MilterSession, _ write: (inout MilterCommandWriter) -> Void
    ) throws -> [MilterSession.Step] {
        var writer = MilterCommandWriter()
        write(&writer)
        var decoder = MilterDecoder()
        var steps: [MilterSession.Step] = []
        var start = 0
        while start < writer.bytes.count {
            let rest = Array(writer.bytes[start...])
            let found = try decoder.next(rest.span)
            let packet = try #require(found)
            steps.append(try session.receive(packet.command, in: rest.span))
            start += packet.byteCount
        }
        return steps
    }

    private func session(
        _ needs: MilterNeeds = MilterNeeds(), _ offer: MilterNegotiation = MilterCommandWriter.postfix
    ) throws -> MilterSession {
        var session = MilterSession(needs: needs)
        _ = try steps(&session) { $0.open(offer) }
        return session
    }

    // MARK: Negotiation

    @Test func noMoreIsAskedForThanIsNeeded() throws {
        var needs = MilterNeeds(
            actions: .addHeaders, optionalActions: [.quarantine, .changeBody], macros: [.init(.sender, ["i"])])
        let terms = try needs.terms(for: MilterCommandWriter.postfix)
        #expect(terms.version == 6)
        #expect(terms.actions == [.addHeaders, .quarantine, .changeBody, .requestMacros])
        #expect(
            terms.steps == [
                .noUnknownCommands, .noData, .noReplyToConnection, .noReplyToHELO, .noReplyToSender,
                .noReplyToRecipient, .noReplyToHeader, .noReplyToEndOfHeader, .noReplyToBody, .leadingSpace,
            ])
        #expect(terms.macros == needs.macros)
        needs.connection = false
        needs.helo = false
        needs.recipients = false
        needs.header = false
        needs.body = .none
        #expect(
            try needs.terms(for: MilterCommandWriter.postfix).steps == [
                .noUnknownCommands, .noData, .noConnection, .noHELO, .noReplyToSender, .noRecipients, .noHeader,
                .noEndOfHeader, .noBody,
            ])
        needs.body = .untilEnough
        let answered = try needs.terms(for: MilterCommandWriter.postfix).steps
        #expect(answered.contains(.skip))
        #expect(!answered.contains(.noReplyToBody))
    }

    @Test func anOldPeerIsTakenWithWhatItOffers() throws {
        let needs = MilterNeeds(
            actions: .addHeaders, optionalActions: [.quarantine, .changeSender], macros: [.init(.sender, ["i"])])
        let terms = try needs.terms(for: MilterCommandWriter.old)
        #expect(terms == MilterNegotiation(version: 2, actions: [.addHeaders, .quarantine], steps: []))
    }

    @Test func aNewerPeerIsAnsweredWithTheVersionThatIsSpokenHere() throws {
        let offer = MilterNegotiation(version: 9, actions: .init(rawValue: .max), steps: .init(rawValue: .max))
        let terms = try MilterNeeds().terms(for: offer)
        #expect(terms.version == 6)
        #expect(terms.actions == [])
        #expect(!terms.steps.contains(.refusedRecipients))
    }

    @Test func aPeerThatDoesNotLetTheMilterDoWhatItMustIsTurnedAway() {
        let offer = MilterNegotiation(version: 2, actions: .addHeaders, steps: [])
        #expect(throws: MilterSessionError.actionsNotOffered([.changeHeaders, .quarantine])) {
            try MilterNeeds(actions: [.addHeaders, .changeHeaders, .quarantine]).terms(for: offer)
        }
        #expect(throws: MilterSessionError.versionTooOld(1)) {
            try MilterNeeds().terms(for: MilterNegotiation(version: 1, actions: [], steps: []))
        }
        let error = MilterSessionError.actionsNotOffered([.changeHeaders, .quarantine])
        #expect(error.description.contains("change headers, quarantine"))
    }

    // MARK: A message

    @Test func postfixIsAnsweredAtTheEndOfAMessageOnly() throws {
        var session = try session()
        let taken = try steps(&session) { $0.message() }
        #expect(taken.allSatisfy { !$0.isAnswered })
        let effects = taken.map(\.effect).filter { $0 != .nothing }
        #expect(effects == [.beginMessage, .addRecipient, .addHeader, .addHeader, .endHeader, .addBody, .decide])
        #expect(session.isDeciding)
        session.verdictGiven()
        #expect(!session.isInMessage)
    }

    @Test func anOldPeerIsAnsweredAtEachStep() throws {
        var session = MilterSession(needs: MilterNeeds())
        let opened = try steps(&session) { $0.open(MilterCommandWriter.old) }
        #expect(opened.map(\.isAnswered) == [false, false, true, true])
        let taken = try steps(&session) {
            $0.unknown("XYZ")
            $0.message()
        }
        // Macros are never answered, and the end of the message is answered with the verdict.
        #expect(taken.map(\.isAnswered) == [true, false, true, true, true, true, true, true, false, false])
    }

    @Test func manyMessagesComeOnOneConnection() throws {
        var session = try session()
        for number in 1...3 {
            _ = try steps(&session) { $0.message(number) }
            #expect(session.macros["i"].map(Array.init) == Array("4jZ\(number)".utf8))
            session.verdictGiven()
            // Postfix aborts after each message, whatever became of it.
            #expect(try steps(&session) { $0.abort() } == [.init(effect: .nothing)])
            #expect(session.macros["i"] == nil)
            #expect(session.macros["j"] != nil)
        }
    }

    @Test func aMessageIsAbortedAtAnyPoint() throws {
        var whole = MilterCommandWriter()
        whole.message()
        for number in 1...9 {
            var session = try session()
            var decoder = MilterDecoder()
            var start = 0
            for _ in 0..<number {
                let rest = Array(whole.bytes[start...])
                let found = try decoder.next(rest.span)
                let packet = try #require(found)
                _ = try session.receive(packet.command, in: rest.span)
                start += packet.byteCount
            }
            let isBegun = session.isInMessage
            #expect(isBegun == (number > 1))
            #expect(try steps(&session) { $0.abort() } == [.init(effect: .nothing, endsMessage: isBegun)])
            #expect(try steps(&session) { $0.message() }.last?.effect == .decide)
            session.verdictGiven()
            #expect(try steps(&session) { $0.quit() } == [.init(effect: .close)])
        }
    }

    @Test func anotherConnectionCanComeOnTheSameSocket() throws {
        var session = try session()
        let step = try steps(&session) {
            $0.envelope()
            $0.quitForNewConnection()
        }.last
        #expect(step == .init(effect: .startOver, endsMessage: true))
        #expect(session.macros["j"] == nil)
        let again = try steps(&session) {
            $0.connection(name: "h", family: .unknown)
            $0.message()
        }
        #expect(again.first?.effect == .meet)
        #expect(again.last?.effect == .decide)
    }

    @Test func heloAndMAILInAMessageEndIt() throws {
        var session = try session()
        let helo = try steps(&session) {
            $0.envelope()
            $0.helo("h")
            $0.abort()
            $0.message()
        }
        #expect(helo.filter(\.endsMessage).map(\.effect) == [.greet])
        session.verdictGiven()
        let mail = try steps(&session) {
            $0.envelope()
            $0.message(2)
        }
        #expect(mail.filter(\.endsMessage).map(\.effect) == [.beginMessage])
        #expect(session.macros["{auth_authen}"].map(Array.init) == Array("user2".utf8))
    }

    // MARK: Out of order

    private static let wrong: [(String, MilterSessionError, @Sendable (inout MilterCommandWriter) -> Void)] = [
        ("OPTNEG", .negotiatedAlready, { $0.negotiate(MilterCommandWriter.postfix) }),
        (
            "CONNECT", .outOfOrder(.connection, after: .helo),
            { $0.connection(name: "h", family: .unknown) }
        ),
        ("RCPT", .outOfOrder(.recipient, after: .helo), { $0.recipient("<b>") }),
        ("DATA", .outOfOrder(.data, after: .helo), { $0.data() }),
        ("HEADER", .outOfOrder(.header, after: .helo), { $0.header("A", " b") }),
        ("EOH", .outOfOrder(.endOfHeader, after: .helo), { $0.endOfHeader() }),
        ("BODY", .outOfOrder(.body, after: .helo), { $0.body([1]) }),
        ("BODYEOB", .outOfOrder(.endOfMessage, after: .helo), { $0.endOfMessage() }),
        (
            "RCPT", .outOfOrder(.recipient, after: .header),
            {
                $0.envelope()
                $0.header("A", " b")
                $0.recipient("<c>")
            }
        ),
        (
            "BODY", .outOfOrder(.body, after: .header),
            {
                $0.envelope()
                $0.header("A", " b")
                $0.body([1])
            }
        ),
        (
            "HEADER", .outOfOrder(.header, after: .body),
            {
                $0.envelope()
                $0.endOfHeader()
                $0.body([1])
                $0.header("A", " b")
            }
        ),
        (
            "MAIL", .unanswered(.sender),
            {
                $0.message()
                $0.sender("<>")
            }
        ),
    ]

    @Test(arguments: wrong.indices) func aCommandOutOfOrderIsNamed(_ index: Int) throws {
        let (name, error, write) = Self.wrong[index]
        var session = try session()
        #expect(throws: error) { try steps(&session, write) }
        #expect(error.description.contains(name))
    }

    @Test func nothingComesBeforeTheNegotiation() throws {
        var session = MilterSession(needs: MilterNeeds())
        #expect(throws: MilterSessionError.notNegotiated(.macros)) {
            try steps(&session) { $0.macros(.connection, []) }
        }
        #expect(throws: MilterSessionError.notNegotiated(.connection)) {
            try steps(&session) { $0.connection(name: "h") }
        }
        #expect(try steps(&session) { $0.quit() } == [.init(effect: .close)])
        #expect(throws: MilterSessionError.outOfOrder(.sender, after: .negotiate)) {
            try steps(&session) {
                $0.negotiate(MilterCommandWriter.postfix)
                $0.sender("<>")
            }
        }
    }

    @Test func whatWasNegotiatedAwayMayBeMissing() throws {
        var needs = MilterNeeds()
        needs.connection = false
        needs.header = false
        var session = MilterSession(needs: needs)
        let taken = try steps(&session) {
            $0.negotiate(MilterCommandWriter.postfix)
            $0.sender("<>")
            $0.body([1])
            $0.endOfMessage()
        }
        #expect(taken.last?.effect == .decide)
    }

    // MARK: Verdicts

    private func packets(_ verdict: MilterVerdict, _ terms: MilterNegotiation) throws -> [MilterReply] {
        var bytes: [UInt8] = []
        verdict.encode(under: terms, into: &bytes)
        var replies: [MilterReply] = []
        var start = 0
        while let (reply, count) = try MilterReply.next(bytes.span.extracting(droppingFirst: start)) {
            replies.append(reply)
            start += count
        }
        return replies
    }

    private static let changed = MilterVerdict(
        .accept, quarantine: "forged",
        changes: [
            .insert(index: 1, name: Array("A".utf8), value: Array(" 1".utf8)),
            .add(name: Array("B".utf8), value: Array("\t2".utf8)),
            .change(nth: 3, name: Array("C".utf8), value: Array("  3".utf8)),
            .delete(nth: 4, name: Array("D".utf8)),
        ])

    @Test func changesComeBeforeTheFinalReplyInTheirOrder() throws {
        let terms = MilterNegotiation(
            version: 6, actions: [.addHeaders, .changeHeaders, .quarantine], steps: .leadingSpace)
        #expect(
            try packets(Self.changed, terms) == [
                .insertHeader(index: 1, name: Array("A".utf8), value: Array(" 1".utf8)),
                .addHeader(name: Array("B".utf8), value: Array("\t2".utf8)),
                .changeHeader(index: 3, name: Array("C".utf8), value: Array("  3".utf8)),
                .changeHeader(index: 4, name: Array("D".utf8), value: []),
                .quarantine(reason: "forged"), .accept,
            ])
    }

    @Test func whereTheMailServerPutsTheSpaceItIsNotSent() throws {
        let terms = MilterNegotiation(version: 2, actions: [.addHeaders, .quarantine], steps: [])
        #expect(
            try packets(Self.changed, terms) == [
                .insertHeader(index: 1, name: Array("A".utf8), value: Array("1".utf8)),
                .addHeader(name: Array("B".utf8), value: Array("\t2".utf8)), .quarantine(reason: "forged"), .accept,
            ])
    }

    @Test func aMessageThatCannotBeHeldIsRefusedForNow() throws {
        let terms = MilterNegotiation(version: 2, actions: [.addHeaders], steps: [])
        #expect(try packets(Self.changed, terms) == [.temporaryFailure])
    }

    @Test func aMessageThatIsNotTakenIsNotChanged() throws {
        let terms = MilterNegotiation(version: 6, actions: [.addHeaders, .quarantine], steps: .leadingSpace)
        var verdict = Self.changed
        let refusal = SMTPRefusal(.mailboxUnavailable550, subject: 7, detail: 1, text: "no")
        for (ending, reply) in [
            (MilterVerdict.Ending.reject, MilterReply.reject), (.temporaryFailure, .temporaryFailure),
            (.discard, .discard), (.refuse(refusal), .refuse(refusal)),
        ] {
            verdict.ending = ending
            #expect(try packets(verdict, terms) == [reply])
        }
    }
}
