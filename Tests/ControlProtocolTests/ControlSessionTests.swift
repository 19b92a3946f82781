import ControlProtocol
import ControlTesting
import Testing

@Suite struct ControlSessionTests {
    private func line(_ id: Int64, _ call: ControlCall) throws -> LineFraming.Event {
        .line(try JSONLine.encode(ControlRequest(id: .number(id), call: call)))
    }

    private func text(_ action: ControlSession.Action) -> String {
        switch action {
        case .send(let line), .unsubscribe(_, let line): String(decoding: line, as: UTF8.self)
        default: "\(action)"
        }
    }

    @Test func helloNamesTheActorAndTheMethods() throws {
        var session = ControlSession(actor: "tanaka")
        #expect(
            text(session.receive(try line(1, .hello)))
                == #"{"id":1,"jsonrpc":"2.0","result":{"actor":"tanaka","methods":["hello","view","subscribe","unsubscribe","preview","perform","importAccounts","reload"],"protocolVersion":1}}"#
        )
    }

    @Test func callsAreHandedOut() throws {
        var session = ControlSession(actor: "tanaka")
        let order = Order(action: .contain(account: "a"), reason: "r", seconds: nil)
        #expect(session.receive(try line(5, .perform(order))) == .call(.number(5), .perform(order)))
        #expect(session.receive(try line(6, .reload)) == .call(.number(6), .reload))
    }

    @Test func oneCallTooManyIsRefusedUntilOneHasEnded() throws {
        var session = ControlSession(actor: "tanaka")
        for id in 1...Int64(ControlSession.maximumCalls) {
            #expect(session.receive(try line(id, .reload)) == .call(.number(id), .reload))
        }
        #expect(
            text(session.receive(try line(99, .reload))).hasPrefix(#"{"error":{"code":3,"message":"16 calls are open"#))
        #expect(text(session.receive(try line(100, .hello))).contains("tanaka"))
        session.finished()
        #expect(session.receive(try line(101, .reload)) == .call(.number(101), .reload))
    }

    @Test func subscriptionsAreNumberedAndBounded() throws {
        var session = ControlSession(actor: "tanaka")
        let query = ViewQuery(.queue)
        for number in 1...ControlSession.maximumSubscriptions {
            let action = session.receive(try line(1, .subscribe(.init(query: query))))
            #expect(action == .subscribe(.number(1), subscription: number, query, framesPerSecond: 10))
        }
        #expect(
            text(session.receive(try line(2, .subscribe(.init(query: query))))).contains("8 subscriptions are open"))
        let ended = session.receive(try line(3, .unsubscribe(.init(subscription: 4))))
        guard case .unsubscribe(4, _) = ended else { return #expect(Bool(false), "\(ended)") }
        #expect(text(ended) == #"{"id":3,"jsonrpc":"2.0","result":{"subscription":4}}"#)
        #expect(
            session.receive(try line(4, .subscribe(.init(query: query, framesPerSecond: 2))))
                == .subscribe(.number(4), subscription: 9, query, framesPerSecond: 2))
    }

    @Test func aSubscriptionEndsOnce() throws {
        var session = ControlSession(actor: "tanaka")
        _ = session.receive(try line(1, .subscribe(.init(query: ViewQuery(.queue)))))
        let last = session.ended(1, .unreachable("gone"))
        #expect(
            String(decoding: try #require(last), as: UTF8.self)
                == #"{"jsonrpc":"2.0","method":"ended","params":{"error":{"code":4,"message":"gone"},"subscription":1}}"#
        )
        #expect(session.ended(1, .unreachable("gone")) == nil)
        #expect(text(session.receive(try line(2, .unsubscribe(.init(subscription: 1))))).contains("no subscription 1"))
    }

    @Test func anOverlongLineIsAnsweredWithItsBound() {
        var session = ControlSession(actor: "tanaka")
        let answer = text(session.receive(.overlong(limit: 1_048_576)))
        #expect(answer.contains(#""code":-32600"#))
        #expect(answer.contains("a line of more than 1048576 bytes was dropped"))
        #expect(answer.contains(#""id":null"#))
    }

    @Test func aFigureThatIsNoneDoesNotCostTheFrame() throws {
        var status = EngineStatus.sample
        status.decisionsPerSecond = .nan
        let frame = ViewFrame(status: status, content: .unknownSubject("x"))
        let line = ControlSession.answer(.number(1), .success(.frame(frame)))
        #expect(String(decoding: line, as: UTF8.self).contains(#""decisionsPerSecond":"nan""#))
    }
}
