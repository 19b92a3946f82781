import ControlProtocol
import ControlTesting
import Foundation
import PolicyEngine
import Testing

@Suite(.timeLimit(.minutes(2))) struct SocketEngineLinkTests {
    @Test func everyCallReachesTheEngineAndItsAnswerTheCaller() async throws {
        try await ServedEngine.run(FakeEngine(content: { _ in .senders([.sample("佐藤商店@shop.example")]) })) { served in
            let link = SocketEngineLink(path: served.path)
            let query = ViewQuery(.senders, filter: "plan:new", sort: "used", limit: 3)
            let frame = try await link.view(query)
            #expect(frame == ViewFrame(status: .sample, content: .senders([.sample("佐藤商店@shop.example")])))
            #expect(served.engine.queries == [query])

            let action = OperatorAction.suspend(account: "yamada88@isp.example", mode: .hold)
            #expect(try await link.preview(action) == .sample(of: action))
            let order = Order(action: action, reason: "チケット 4411", seconds: 86_400)
            #expect(try await link.perform(order) == .sample(of: order))
            #expect(served.engine.orders == [order])

            #expect(try await link.importAccounts(csv: "login,plan\n", reason: "r").summary == "imported")
            #expect(served.engine.imports == ["login,plan\n"])
            #expect(try await link.reload().number == 10)
            #expect(try await link.hello().protocolVersion == HelloAnswer.current)
        }
    }

    @Test func callsOfManyRunAtOnceAndEachGetsItsOwnAnswer() async throws {
        let engine = FakeEngine(content: { .unknownSubject($0.subject ?? "") })
        try await ServedEngine.run(engine) { served in
            let link = SocketEngineLink(path: served.path)
            try await withThrowingTaskGroup { group in
                for number in 0..<12 {
                    group.addTask {
                        for round in 0..<20 {
                            let subject = "\(number)/\(round)"
                            let frame = try await link.view(ViewQuery(.why, subject: subject))
                            #expect(frame.content == .unknownSubject(subject))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(served.engine.peers.count == 1)
        }
    }

    @Test func theEnginesErrorIsTheCallersError() async throws {
        let forbidden = ControlError.forbidden("tanaka is a viewer; suspend takes abuse")
        try await ServedEngine.run(FakeEngine(answer: { _ in throw forbidden })) { served in
            let link = SocketEngineLink(path: served.path)
            await #expect(throws: forbidden) {
                try await link.perform(Order(action: .resume(account: "a"), reason: "r", seconds: nil))
            }
        }
    }

    @Test func anImportOfManyMegabytesComesWhole() async throws {
        try await ServedEngine.run { served in
            let csv = String(repeating: "a@isp.example,new,2026-04-01\n", count: 400_000)
            let receipt = try await SocketEngineLink(path: served.path).importAccounts(csv: csv, reason: "r")
            #expect(receipt.affected == csv.utf8.count)
        }
    }

    @Test func anImportBeyondTheBoundIsNotSent() async throws {
        try await ServedEngine.run { served in
            let csv = String(repeating: "x", count: 64 << 20)
            let error = await #expect(throws: ControlError.self) {
                try await SocketEngineLink(path: served.path).importAccounts(csv: csv, reason: "r")
            }
            #expect(error?.code == -32602)
            #expect(error?.message.contains("at most 67108864") == true)
            #expect(served.engine.imports.isEmpty)
        }
    }

    @Test func framesComeAndEndWithTheReader() async throws {
        try await ServedEngine.run { served in
            let link = SocketEngineLink(path: served.path)
            let stream = try await link.subscribe(ViewQuery(.plans))
            var lengths: [Int] = []
            for try await frame in stream {
                lengths.append(frame.status.queueLength)
                if lengths.count == 3 { break }
                var status = EngineStatus.sample
                status.queueLength = lengths.count
                served.engine.publish(ViewFrame(status: status, content: frame.content))
            }
            #expect(lengths == [3_201, 1, 2])
        }
    }

    @Test func leavingAStreamUnsubscribes() async throws {
        try await ServedEngine.run { served in
            let link = SocketEngineLink(path: served.path)
            let reader = Task { for try await _ in try await link.subscribe(ViewQuery(.plans)) {} }
            #expect(await eventually { served.engine.subscriberCount == 1 })
            reader.cancel()
            #expect(await eventually { served.engine.subscriberCount == 0 })
            _ = try await link.view(ViewQuery(.plans))
            #expect(served.engine.peers.count == 1)
        }
    }

    @Test func aStreamEndsWithTheEnginesReason() async throws {
        try await ServedEngine.run { served in
            let stream = try await SocketEngineLink(path: served.path).subscribe(ViewQuery(.plans))
            let reason = ControlError.failed("the view is gone")
            served.engine.endSubscriptions(throwing: reason)
            await #expect(throws: reason) { for try await _ in stream {} }
        }
    }

    @Test func whenTheEngineGoesStreamsEndAndALaterCallConnectsAgain() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("c.sock")
        let link = SocketEngineLink(path: path)
        try await ServedEngine.run(settings: ControlServerSettings(path: path)) { served in
            let stream = try await link.subscribe(ViewQuery(.plans))
            await served.server.close()
            let error = await #expect(throws: ControlError.self) { for try await _ in stream {} }
            #expect(error?.code == ControlError.unreachable("").code)
        }
        let error = await #expect(throws: ControlError.self) { try await link.view(ViewQuery(.plans)) }
        #expect(error?.message.contains("no engine listens on \(path): there is no such socket") == true)
        try await ServedEngine.run(settings: ControlServerSettings(path: path)) { _ in
            let frame = try await link.view(ViewQuery(.plans))
            #expect(frame.status == .sample)
        }
    }

    @Test func anAnswerThatDoesNotComeIsNotWaitedForWithoutEnd() async throws {
        let engine = FakeEngine(answer: { _ in
            try await Task.sleep(for: .seconds(3))
            throw ControlError.failed("too late")
        })
        try await ServedEngine.run(engine) { served in
            let link = SocketEngineLink(path: served.path, callTimeout: .milliseconds(200))
            let error = await #expect(throws: ControlError.self) {
                try await link.perform(Order(action: .resume(account: "a"), reason: "r", seconds: nil))
            }
            #expect(error?.code == 4)
            #expect(error?.message.contains("did not answer perform within") == true)
            #expect(error?.message.contains("sekisho actions") == true)
        }
    }

    @Test func aCancelledCallReturnsAtOnce() async throws {
        let engine = FakeEngine(answer: { _ in
            try await Task.sleep(for: .seconds(2))
            throw ControlError.failed("too late")
        })
        try await ServedEngine.run(engine) { served in
            let link = SocketEngineLink(path: served.path)
            let call = Task {
                try await link.perform(Order(action: .resume(account: "a"), reason: "r", seconds: nil))
            }
            #expect(await eventually { served.engine.orders.count == 1 })
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
        }
    }

    @Test func anEngineWithoutRoomIsHeard() async throws {
        try await ServedEngine.run(settings: ControlServerSettings(path: "", maximumConnections: 1)) { served in
            let first = SocketEngineLink(path: served.path)
            _ = try await first.hello()
            let error = await #expect(throws: ControlError.self) {
                try await SocketEngineLink(path: served.path).hello()
            }
            #expect(error == .failed("1 control connections are open, which is the most; close some"))
        }
    }

    @Test func aSocketThatIsNoneSaysWhatToDo() async throws {
        let folder = try TemporaryFolder()
        try "".write(toFile: folder.file("plain"), atomically: false, encoding: .utf8)
        for path in [folder.file("plain"), folder.file("absent"), String(repeating: "/long", count: 40)] {
            let error = await #expect(throws: ControlError.self) {
                try await SocketEngineLink(path: path).view(ViewQuery(.plans))
            }
            #expect(error?.code == 4)
            #expect(error?.message.contains(path) == true)
        }
    }
}
