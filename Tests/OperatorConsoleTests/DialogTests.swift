import ControlProtocol
import Testing

@testable import OperatorConsole

@Suite struct DialogTests {
    private func opened(_ verb: Character = "x", view: ViewKind = .senders) throws -> ConsoleSession {
        var session = ConsoleSession(view)
        session.deliver(try TestFiles.frame(view.rawValue))
        session.press(.down, .character(verb))
        return session
    }

    @Test func theTargetStaysWhatItWasWhenTheDialogOpened() throws {
        var session = try opened()
        let target = try #require(session.dialog?.draft)
        session.deliver(ConsoleSession.senders(["someone@else", "another@else"]))
        session.pass(10_000)
        session.deliver(ConsoleSession.senders(["another@else", "someone@else"]))
        #expect(session.dialog?.draft == target)
        session.answerPreview()
        session.press(.tab, .tab, .tab, .tab)
        session.type("reason")
        session.press(.tab, .enter)
        #expect(session.sentOrders.last?.first?.action == .suspend(account: "yamada88@isp.example", mode: .refuse))
    }

    @Test func theFocusIsOnCancelAndEnterThereDoesNothing() throws {
        var session = try opened()
        session.answerPreview()
        #expect(session.dialog?.focus == .cancel)
        session.press(.enter)
        #expect(session.state.overlay == nil)
        #expect(session.sentOrders.isEmpty)
    }

    @Test func whatIsWrittenOnAButtonIsTheReason() throws {
        for paste in [false, true] {
            var session = try opened("c")
            session.answerPreview()
            if paste { session.happen(.paste("捨てアカウント")) } else { session.type("捨てアカウント") }
            #expect(session.dialog?.reason.text == "捨てアカウント")
            // Enter goes on to the button, and only there it acts.
            session.press(.enter)
            #expect(session.sentOrders.isEmpty)
            #expect(session.dialog?.focus == .perform)
            session.type("u")
            #expect(session.dialog?.focus == .perform)
            session.press(.enter)
            #expect(session.sentOrders.last?.first?.reason == "捨てアカウント")
        }
    }

    @Test func noSingleKeyPerformsAnything() throws {
        let keys: [Key] =
            (0x20...0x7E).map { .character(Character(Unicode.Scalar(UInt8($0)))) }
            + [.enter, .tab, .delete, .backspace, .up, .down, .left, .right, .control("d"), .control("c")]
        for key in keys {
            var session = try opened("D", view: .queue)
            session.answerPreview()
            session.press(key)
            #expect(session.sentOrders.isEmpty, "\(key) sent an order")
        }
    }

    @Test func aReasonIsRequired() throws {
        var session = try opened("c")
        session.answerPreview()
        session.press(.backTab, .enter)
        #expect(session.sentOrders.isEmpty)
        #expect(session.dialog?.trouble?.contains("reason") == true)
        #expect(session.dialog?.focus == .reason)
    }

    @Test func nothingIsSentBeforeTheEngineSaidWhatItWillHit() throws {
        var session = try opened("c")
        session.press(.tab, .tab)
        session.type("r")
        session.press(.tab, .enter)
        #expect(session.sentOrders.isEmpty)
        #expect(session.dialog?.trouble != nil)
    }

    @Test func aLargeReachAsksForTheNumberOrTheWord() throws {
        for typed in ["1204", "1,204", "delete"] {
            var session = try opened("D", view: .queue)
            session.answerPreview(affected: 1_204)
            session.press(.tab)
            session.type("spam")
            session.press(.tab, .tab, .enter)
            #expect(session.sentOrders.isEmpty)
            #expect(session.dialog?.focus == .confirmation)
            session.type(typed)
            session.press(.tab, .enter)
            #expect(session.sentOrders.count == 1, "\(typed) did not confirm")
        }
    }

    @Test func theConfirmationCannotBePasted() throws {
        var session = try opened("D", view: .queue)
        session.answerPreview(affected: 1_204)
        session.press(.tab, .tab)
        #expect(session.dialog?.focus == .confirmation)
        session.happen(.paste("1204"))
        #expect(session.dialog?.confirmation.isEmpty == true)
    }

    @Test func theRoleIsCheckedBeforeTheEngineIsAsked() throws {
        var session = try opened("c")
        session.answerPreview(role: .admin)
        session.press(.tab, .tab)
        session.type("r")
        session.press(.tab, .enter)
        #expect(session.sentOrders.isEmpty)
        #expect(session.dialog?.trouble?.contains("admin") == true)
    }

    @Test func nothingIsSaidToBeDoneBeforeTheEngineAnswered() throws {
        var session = try opened("c")
        session.answerPreview()
        session.press(.tab, .tab)
        session.type("r")
        session.press(.tab, .enter)
        #expect(session.text.contains("waiting for the engine"))
        #expect(session.state.notice == nil)
        let receipt = Receipt(number: 4_711, overrideID: 9, summary: "contained yamada88", affected: 1, notDone: [])
        session.happen(.performed(ticket: session.lastTicket, [.success(receipt)]))
        #expect(session.text.contains("#4711 contained yamada88   u undo"))
        session.press(.escape, .character("u"))
    }

    @Test func uRightAfterAnActionUndoesIt() throws {
        var session = try opened("c")
        session.answerPreview()
        session.press(.tab, .tab)
        session.type("r")
        session.press(.tab, .enter)
        let receipt = Receipt(number: 4_711, overrideID: 9, summary: "contained", affected: 1, notDone: [])
        session.happen(.performed(ticket: session.lastTicket, [.success(receipt)]))
        session.press(.character("u"))
        #expect(session.dialog?.draft == .undo(numbers: [4_711]))
    }

    @Test func undoIsNotOfferedForWhatIsGone() throws {
        var session = try opened("D", view: .queue)
        session.answerPreview()
        session.press(.tab)
        session.type("r")
        session.press(.tab, .enter)
        let receipt = Receipt(number: 7, overrideID: nil, summary: "deleted 1 message", affected: 1, notDone: [])
        session.happen(.performed(ticket: session.lastTicket, [.success(receipt)]))
        #expect(session.text.contains("#7 deleted 1 message"))
        #expect(!session.text.contains("u undo"))
        session.press(.character("u"))
        #expect(session.dialog == nil)
    }

    @Test func anAnswerInPartIsShownLineByLine() throws {
        var session = try opened("D", view: .queue)
        session.answerPreview()
        session.press(.tab)
        session.type("r")
        session.press(.tab, .enter)
        let receipt = Receipt(
            number: 5, overrideID: nil, summary: "deleted 3 of 4", affected: 3,
            notDone: ["4Zk01: no longer in the queue"])
        session.happen(.performed(ticket: session.lastTicket, [.success(receipt)]))
        #expect(session.text.contains("4Zk01: no longer in the queue"))
        session.press(.enter)
        #expect(session.state.overlay == nil)
    }

    @Test func anOrderWhoseDialogWasClosedIsStillAnsweredAloud() throws {
        var session = try opened("c")
        session.answerPreview()
        session.press(.tab, .tab)
        session.type("r")
        session.press(.tab, .enter, .escape)
        #expect(session.state.overlay == nil)
        session.happen(.performed(ticket: session.lastTicket, [.failure(.failed("disk full"))]))
        #expect(session.text.contains("disk full"))
    }

    @Test func limitsAndRatesBeginWithTheValueInForce() throws {
        let limit = try opened("l")
        #expect(limit.dialog?.value.text == "10 messages per day")
        let throttle = try opened("t", view: .carriers)
        #expect(throttle.dialog?.value.text == "20")
    }

    /// The overview's alerts name an account or a carrier, not its limits.
    @Test func whatTheRowDoesNotTellIsLookedUp() throws {
        var session = ConsoleSession(.overview)
        session.deliver(try TestFiles.frame("overview"))
        session.press(.down, .down)
        session.commands = []
        session.press(.character("t"))
        let asked = session.commands.compactMap {
            if case .lookUp(let ticket, let query) = $0 { (ticket, query) } else { nil }
        }
        let (ticket, query) = try #require(asked.first)
        #expect(query.view == .carrier)
        #expect(query.subject == "docomo")
        session.happen(.lookedUp(ticket: ticket, .success(try TestFiles.frame("carrier").content)))
        #expect(session.dialog?.value.text == "20")
        #expect(
            session.commands.last == .preview(ticket: session.lastTicket, [.throttle(carrier: "docomo", perSecond: 20)])
        )
    }

    @Test func whatWasTypedIsNotOverwrittenByWhatIsLookedUp() throws {
        var session = ConsoleSession(.overview)
        session.deliver(try TestFiles.frame("overview"))
        session.press(.down, .down, .character("t"), .tab)
        let ticket = try #require(session.dialog?.valueTicket)
        session.type("5")
        session.happen(.lookedUp(ticket: ticket, .success(try TestFiles.frame("carrier").content)))
        #expect(session.dialog?.value.text == "5")
    }

    @Test func aFailedLookUpLeavesTheFieldToTheOperator() throws {
        var session = ConsoleSession(.overview)
        session.deliver(try TestFiles.frame("overview"))
        session.press(.down, .down, .character("t"), .tab)
        let ticket = try #require(session.dialog?.valueTicket)
        session.happen(.lookedUp(ticket: ticket, .failure(.unreachable("gone"))))
        #expect(session.dialog?.value.text == "")
        session.type("5")
        session.pass(ActionDialog.previewDelay)
        #expect(
            session.commands.last
                == .preview(ticket: session.lastTicket, [.throttle(carrier: "docomo", perSecond: 5)]))
    }

    @Test func changingTheValueAsksTheEngineAgain() throws {
        var session = try opened("t", view: .carriers)
        session.answerPreview(role: .oncall)
        session.commands = []
        session.press(.tab, .backspace)
        session.pass(ActionDialog.previewDelay)
        let asked = session.commands.compactMap { if case .preview(_, let actions) = $0 { actions } else { nil } }
        #expect(asked == [[.throttle(carrier: "docomo", perSecond: 2)]])
    }

    @Test func anAnswerToAnEarlierQuestionIsDropped() throws {
        var session = try opened("t", view: .carriers)
        let old = session.dialog?.previewTicket ?? 0
        session.press(.tab, .backspace)
        session.pass(ActionDialog.previewDelay)
        session.happen(.previewed(ticket: old, .failure(.failed("old"))))
        #expect(session.dialog?.looking == .asking)
    }

    @Test func aSuspendedAccountIsResumedByTheSameKey() {
        var session = ConsoleSession(.senders)
        session.deliver(
            .senders(
                Page(total: 1, matched: 1, offset: 0, rows: [ConsoleSession.sender("a@x", state: .suspended)])))
        session.press(.down, .character("x"))
        #expect(session.dialog?.draft == .resume(accounts: ["a@x"]))
        #expect(session.dialog?.fields.contains(.duration) == false)
    }

    @Test func suspendingWithDeletionSendsBothOrders() throws {
        var session = try opened()
        session.answerPreview()
        session.press(.tab, .tab, .character("d"))
        session.answerPreview()
        session.press(.tab, .tab)
        session.type("r")
        session.press(.tab, .enter)
        let orders = try #require(session.sentOrders.last)
        #expect(orders.map(\.action.verb) == ["suspend", "delete"])
        #expect(orders.map(\.seconds) == [86_400, nil])
    }

    @Test func theCommandLineShownFollowsTheFields() throws {
        var session = try opened("t", view: .carriers)
        #expect(session.dialog?.commands == ["sekisho carrier throttle docomo 20/s --reason '…' --for 24h"])
        session.press(.tab, .backspace, .tab, .control("u"))
        session.type("none")
        session.press(.tab)
        session.type("slow")
        #expect(session.dialog?.commands == ["sekisho carrier throttle docomo 2/s --reason slow"])
    }

    @Test func theCommandLineShownIsTheOneThatWouldDoTheSame() throws {
        var session = try opened("c")
        session.answerPreview()
        session.press(.tab, .tab)
        session.type("it's spam")
        #expect(
            session.dialog?.commands
                == ["sekisho contain yamada88@isp.example --reason 'it'\\''s spam' --for 24h"])
    }
}
