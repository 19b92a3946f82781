import ControlTesting
import Foundation
import MailPolicy
import NIOCore
import PostfixProtocols
import Synchronization
import Testing

@testable import PolicyEngine

@Suite(.timeLimit(.minutes(2))) struct MilterServerTests {
    /// Another connection is served as if nothing were.
    private func expectOthersAreServed(_ served: ServedMilter) async throws {
        let client = try await served.connect()
        client.send {
            $0.open()
            $0.message()
        }
        #expect(await eventually { client.answers.count == 1 })
        client.send { $0.quit() }
        #expect(await eventually { client.socket.isClosed })
    }

    // MARK: Messages

    @Test func aMessageIsToldAndItsVerdictGiven() async throws {
        let verdict = MilterVerdict(
            .accept, changes: [.insert(index: 1, name: Array("X-A".utf8), value: Array(" b\r\n\tc".utf8))])
        try await ServedMilter.run(ScriptedMilter { _ in verdict }) { served in
            let client = try await served.connect()
            client.send {
                $0.open()
                $0.message()
            }
            #expect(await eventually { client.replies.count == 3 })
            guard case .negotiate(let terms) = client.replies.first else {
                Issue.record("no negotiation")
                return
            }
            #expect(terms.actions == [.addHeaders, .changeHeaders, .quarantine, .requestMacros])
            #expect(terms.macros == served.service.needs.macros)
            #expect(
                client.answers == [
                    .insertHeader(index: 1, name: Array("X-A".utf8), value: Array(" b\n\tc".utf8)), .accept,
                ])
            let told = try #require(served.service.notes.all.first)
            #expect(told.client == .address(try #require(IPAddress("192.0.2.1")), port: 12_345))
            #expect(told.clientName == "mail.example.org")
            #expect(told.helo == "mail.example.org")
            #expect(
                told.sender == MilterPath(address: Array("a1@example.org".utf8), parameters: [Array("SIZE=1234".utf8)]))
            #expect(told.recipients == ["b@isp.example"])
            #expect(told.header == ["From: A <a1@example.org>", "Subject: folded\r\n\there", ""])
            #expect(told.body == "Hello.\r\n")
            #expect(told.queueID == "4jZ1")
            #expect(told.login == "user1")
        }
    }

    @Test func anOldPeerIsToldTheSame() async throws {
        try await ServedMilter.run { served in
            let client = try await served.connect()
            client.send {
                $0.open(MilterCommandWriter.old)
                $0.message(space: "")
            }
            // Two before the message, seven in it.
            #expect(await eventually { client.answers.count == 9 })
            #expect(client.answers.allSatisfy { $0 == .continue })
            let told = try #require(served.service.notes.all.first)
            #expect(told.header == ["From: A <a1@example.org>", "Subject: folded\r\n\there", ""])
        }
    }

    @Test func aMessageIsTheSameHoweverItsBytesArrive() async throws {
        try await ServedMilter.run { served in
            var writer = MilterCommandWriter()
            writer.open()
            writer.message()
            for size in [1, 7] {
                let client = try await served.connect()
                for start in stride(from: 0, to: writer.bytes.count, by: size) {
                    client.socket.send(Array(writer.bytes[start..<min(start + size, writer.bytes.count)]))
                }
                #expect(await eventually { client.answers == [.continue] })
            }
            let told = served.service.notes.all
            #expect(told.count == 2)
            #expect(told.first == told.last)
            #expect(told.first?.body == "Hello.\r\n")
        }
    }

    @Test func manyMessagesOnOneConnectionEachGetTheirOwnVerdict() async throws {
        let service = ScriptedMilter { told in
            MilterVerdict(
                .refuse(SMTPRefusal(.transactionFailed554, subject: 7, detail: 1, text: told.login ?? "")))
        }
        try await ServedMilter.run(service) { served in
            let client = try await served.connect()
            client.send { $0.open() }
            for number in 1...50 {
                client.send {
                    $0.message(number)
                    if number % 2 == 0 { $0.abort() }
                }
            }
            #expect(await eventually { client.answers.count == 50 })
            for (index, answer) in client.answers.enumerated() {
                let text = "user\(index + 1)"
                #expect(
                    answer == .refuse(SMTPRefusal(.transactionFailed554, subject: 7, detail: 1, text: text)))
            }
        }
    }

    @Test func aHandlerThatHasEnoughOfTheBodyIsSentNoMore() async throws {
        var needs = MilterNeeds()
        needs.body = .untilEnough
        try await ServedMilter.run(ScriptedMilter(needs: needs)) { served in
            let client = try await served.connect()
            client.send {
                $0.open()
                $0.envelope()
                $0.endOfHeader()
                $0.body(Array(repeating: 0x61, count: 60))
            }
            #expect(await eventually { client.answers == [.continue] })
            client.send { $0.body(Array(repeating: 0x61, count: 60)) }
            #expect(await eventually { client.answers == [.continue, .skip] })
            client.send { $0.endOfMessage() }
            #expect(await eventually { client.answers == [.continue, .skip, .continue] })
        }
    }

    @Test func anotherClientOnTheSameSocketIsTold() async throws {
        try await ServedMilter.run { served in
            let client = try await served.connect()
            client.send {
                $0.open()
                $0.message()
                $0.quitForNewConnection()
                $0.connection(name: "other", family: .v6, address: "IPv6:2001:db8::7")
                $0.message(2)
                $0.quitForNewConnection()
                $0.connection(name: "localhost", family: .local, address: "/run/x")
                $0.message(3)
            }
            #expect(await eventually { client.answers.count == 3 })
            let told = served.service.notes.all
            #expect(told.map(\.clientName) == ["mail.example.org", "other", "localhost"])
            #expect(told.map(\.helo) == ["mail.example.org", nil, nil])
            #expect(told[1].client == .address(try #require(IPAddress("2001:db8::7")), port: 0))
            #expect(told[2].client == .local)
        }
    }

    // MARK: Waiting

    @Test func whatNeedsNoWaitingNeverLeavesTheEventLoop() async throws {
        @Sendable @concurrent func elsewhere() async {}
        let service = ScriptedMilter { _ in
            // Even this, which would go to another thread from anywhere else.
            await elsewhere()
            return MilterVerdict()
        }
        try await ServedMilter.run(service, loops: 2) { served in
            let clients = [try await served.connect(), try await served.connect()]
            for client in clients {
                client.send {
                    $0.open()
                    $0.message()
                }
                #expect(await eventually { client.answers.count == 1 })
            }
            #expect(served.service.notes.all.map(\.stayedOnItsThread) == [true, true])
        }
    }

    @Test func whatWaitsGoesOnOnTheEventLoop() async throws {
        let service = ScriptedMilter { _ in
            try? await Task.sleep(for: .milliseconds(20))
            return MilterVerdict(.accept)
        }
        try await ServedMilter.run(service) { served in
            let client = try await served.connect()
            client.send {
                $0.open()
                $0.message()
            }
            #expect(await eventually { client.answers == [.accept] })
            #expect(served.service.notes.all.first?.stayedOnItsThread == true)
        }
    }

    @Test func thePeerIsToldWhileTheVerdictIsWorkedOn() async throws {
        let gate = HeldVerdicts()
        let bounds = MilterServer.Bounds(progressInterval: .milliseconds(20))
        try await ServedMilter.run(ScriptedMilter(decide: gate.wait), bounds: bounds) { served in
            let client = try await served.connect()
            client.send {
                $0.open()
                $0.message()
            }
            #expect(await eventually { client.answers.count >= 3 })
            #expect(client.answers.allSatisfy { $0 == .progress })
            // Others are served meanwhile.
            gate.open()
            #expect(await eventually { client.answers.last == .continue })
            let count = client.answers.count
            client.send { $0.message(2) }
            #expect(await eventually { client.answers.count == count + 1 })
        }
    }

    @Test func aVerdictThatDoesNotComeIsATemporaryFailure() async throws {
        let gate = HeldVerdicts()
        let bounds = MilterServer.Bounds(progressInterval: .milliseconds(20), verdictTimeout: .milliseconds(50))
        try await ServedMilter.run(ScriptedMilter(decide: gate.wait), bounds: bounds) { served in
            let client = try await served.connect()
            client.send {
                $0.open()
                $0.message()
            }
            #expect(await eventually { client.answers.last == .temporaryFailure })
            #expect(await eventually { served.log.has("no verdict on a message within") })
            let count = client.answers.count
            gate.open()
            client.send { $0.message(2) }
            #expect(await eventually { client.answers.count == count + 1 })
            #expect(client.answers.last == .continue)
        }
    }

    @Test func aMessageThatIsAbortedWhileItIsDecidedGetsNoVerdict() async throws {
        let gate = HeldVerdicts()
        try await ServedMilter.run(ScriptedMilter(decide: gate.wait)) { served in
            let client = try await served.connect()
            client.send {
                $0.open()
                $0.message()
            }
            #expect(await eventually { gate.waiting == 1 })
            client.send { $0.abort() }
            #expect(await eventually { served.service.notes.all.contains(where: \.isAbandoned) })
            gate.open()
            client.send { $0.message(2) }
            #expect(await eventually { client.answers == [.continue] })
            #expect(served.service.notes.all.filter { !$0.isAbandoned }.map(\.login) == ["user2"])
        }
    }

    @Test func aPeerThatGoesWhileItsMessageIsDecidedIsNoTrouble() async throws {
        let gate = HeldVerdicts()
        try await ServedMilter.run(ScriptedMilter(decide: gate.wait)) { served in
            let client = try await served.connect()
            client.send {
                $0.open()
                $0.message()
            }
            #expect(await eventually { gate.waiting == 1 })
            try await client.socket.close()
            #expect(await eventually { served.server.connectionCount == 0 })
            #expect(served.service.notes.all.first?.isAbandoned == true)
            gate.open()
            try await expectOthersAreServed(served)
        }
    }

    // MARK: Ends

    @Test func closingAnswersWhatIsInFlightAndLetsMessagesEnd() async throws {
        let gate = HeldVerdicts()
        try await ServedMilter.run(ScriptedMilter(decide: gate.wait)) { served in
            let deciding = try await served.connect()
            deciding.send {
                $0.open()
                $0.message()
            }
            let receiving = try await served.connect()
            receiving.send {
                $0.open()
                $0.envelope()
            }
            let idle = try await served.connect()
            idle.send { $0.open() }
            #expect(await eventually { gate.waiting == 1 && idle.replies.count == 1 && receiving.replies.count == 1 })
            let server = served.server
            async let closed: Void = server.close()
            #expect(await eventually { idle.socket.isClosed })
            #expect(!deciding.socket.isClosed)
            #expect(!receiving.socket.isClosed)
            gate.open()
            #expect(await eventually { deciding.socket.isClosed })
            #expect(deciding.answers == [.continue])
            receiving.send {
                $0.endOfHeader()
                $0.endOfMessage()
            }
            #expect(await eventually { receiving.socket.isClosed })
            #expect(receiving.answers == [.continue])
            await closed
        }
    }

    @Test func closingDoesNotWaitForAMessageThatDoesNotEnd() async throws {
        let bounds = MilterServer.Bounds(farewellTimeout: .milliseconds(50))
        try await ServedMilter.run(bounds: bounds) { served in
            let client = try await served.connect()
            client.send {
                $0.open()
                $0.envelope()
            }
            #expect(await eventually { client.replies.count == 1 })
            await served.server.close()
            #expect(await eventually { client.socket.isClosed })
            #expect(served.service.notes.all.first?.isAbandoned == true)
        }
    }

    @Test func aListenerThatIsGoneLetsItsMessagesEnd() async throws {
        try await ServedMilter.run { served in
            let client = try await served.connect()
            client.send {
                $0.open()
                $0.envelope()
            }
            #expect(await eventually { client.replies.count == 1 })
            try await served.server.listen(on: [.tcp(host: "127.0.0.1", port: 0)])
            #expect(!client.socket.isClosed)
            client.send {
                $0.endOfHeader()
                $0.endOfMessage()
            }
            #expect(await eventually { client.socket.isClosed })
            #expect(client.answers == [.continue])
            let address = try #require(served.server.addresses.first)
            let port = try #require(Int(address.split(separator: ":").last ?? ""))
            let tcp = MilterTestClient(try await RawPolicyClient(host: "127.0.0.1", port: port))
            tcp.send {
                $0.open()
                $0.message()
            }
            #expect(await eventually { tcp.answers == [.continue] })
        }
    }

    @Test func anIdleConnectionIsClosedAndADecidingOneIsNot() async throws {
        let gate = HeldVerdicts()
        // Long enough for a busy machine to have sent the message in, and to have no progress to tell of.
        let bounds = MilterServer.Bounds(idleTimeout: .seconds(3), progressInterval: .hours(1))
        try await ServedMilter.run(ScriptedMilter(decide: gate.wait), bounds: bounds) { served in
            let deciding = try await served.connect()
            deciding.send {
                $0.open()
                $0.message()
            }
            let idle = try await served.connect()
            #expect(await eventually { idle.socket.isClosed })
            #expect(!deciding.socket.isClosed)
            gate.open()
            #expect(await eventually { deciding.answers == [.continue] })
            #expect(served.log.lines.isEmpty)
        }
    }

    // MARK: Bad input

    private static let bad: [(String, String, @Sendable (inout MilterCommandWriter) -> Void)] = [
        ("no offer", "MAIL before OPTNEG", { $0.sender("<>") }),
        (
            "a false length", "milter packet 5 (MAIL), byte 0: a length of 65537",
            {
                $0.open()
                $0.write(0x4D, [UInt8](repeating: 0x61, count: 65_536))
            }
        ),
        (
            "an unknown command", "milter packet 5, byte 4: unknown command 'z'",
            {
                $0.open()
                $0.write(0x7A, [])
            }
        ),
        (
            "a command out of order", "BODY after RCPT",
            {
                $0.open()
                $0.envelope()
                $0.body([1])
            }
        ),
        (
            "a text without its NUL", "milter packet 5 (HELO), byte 6: a text without its NUL",
            {
                $0.open()
                $0.write(0x48, [0x61])
            }
        ),
        (
            "a peer that offers too little", "does not let a milter add headers, change headers",
            { $0.negotiate(.init(version: 2, actions: [], steps: [])) }
        ),
        ("a peer that is too old", "protocol version 1", { $0.negotiate(.init(version: 1, actions: [], steps: [])) }),
    ]

    @Test(arguments: bad.indices) func badInputIsNamedInTheLogEndsItsConnectionAndAffectsNobodyElse(_ index: Int)
        async throws
    {
        let (_, complaint, write) = Self.bad[index]
        try await ServedMilter.run { served in
            let client = try await served.connect()
            client.send(write)
            #expect(await eventually { client.socket.isClosed })
            #expect(await eventually { served.log.has(complaint) })
            #expect(served.log.has("listener=\(served.path)"))
            try await expectOthersAreServed(served)
        }
    }

    @Test func aPacketThatDoesNotEndInTimeIsCutOff() async throws {
        let bounds = MilterServer.Bounds(packetTimeout: .milliseconds(100))
        try await ServedMilter.run(bounds: bounds) { served in
            // One that is kept, and one that is handed on as it arrives.
            for start: [UInt8] in [[0, 0, 0, 13, 0x4F], [0, 0, 0xFF, 0, 0x42, 1, 2, 3]] {
                let client = try await served.connect()
                client.send {
                    $0.open()
                    $0.envelope()
                    $0.endOfHeader()
                }
                client.socket.send(start)
                #expect(await eventually { client.socket.isClosed })
            }
            #expect(await eventually { served.log.lines.filter { $0.contains("not complete within") }.count == 2 })
        }
    }

    @Test func aConnectionThatEndsInAPacketIsTold() async throws {
        try await ServedMilter.run { served in
            let client = try await served.connect()
            client.send { $0.open() }
            client.socket.send([0, 0, 0])
            #expect(await eventually { client.replies.count == 1 })
            try await client.socket.close()
            #expect(await eventually { served.log.has("ended in the middle of a packet") })
        }
    }

    @Test func moreConnectionsThanAllowedAreRefused() async throws {
        try await ServedMilter.run(bounds: MilterServer.Bounds(connections: 2)) { served in
            let clients = [try await served.connect(), try await served.connect()]
            #expect(await eventually { served.server.connectionCount == 2 })
            let extra = try await served.connect()
            #expect(await eventually { extra.socket.isClosed })
            #expect(await eventually { served.log.has("2 milter connections are open already") })
            try await clients[0].socket.close()
            #expect(await eventually { served.server.connectionCount == 1 })
            try await expectOthersAreServed(served)
        }
    }

    @Test func anyNumberOfIdleConnectionsLeavesTheOthersServed() async throws {
        try await ServedMilter.run { served in
            var idle: [MilterTestClient] = []
            for _ in 0..<300 {
                let client = try await served.connect()
                client.send { $0.open() }
                idle.append(client)
            }
            for client in idle { #expect(await eventually { client.replies.count == 1 }) }
            try await expectOthersAreServed(served)
            #expect(served.server.connectionCount == 300)
        }
    }

    // MARK: Large messages

    @Test func ofALargeMessageNothingIsKept() async throws {
        try await ServedMilter.run { served in
            let client = try await served.connect()
            client.send {
                $0.open()
                $0.envelope()
                // Kept, though large; passed over; and very many.
                $0.header("A", " " + String(repeating: "x", count: 100_000))
                $0.header("B", " " + String(repeating: "x", count: 1_000_000))
                for _ in 0..<100_000 { $0.header("C", " c") }
                $0.endOfHeader()
            }
            let chunk = [UInt8](repeating: 0x61, count: 65_535)
            for _ in 0..<400 { client.send { $0.body(chunk) } }
            client.send { $0.endOfMessage() }
            #expect(await eventually { client.answers == [.continue] })
            let told = try #require(served.service.notes.all.first)
            #expect(told.bodyBytes == 400 * 65_535)
            #expect(told.longHeaders == ["B 1000004"])
            #expect(told.header.first?.utf8.count == 100_003)
        }
    }
}

/// Lets nobody through until it is opened.
final class HeldVerdicts: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    var waiting: Int { state.withLock { $0.waiting.count } }

    @Sendable func wait(_ told: ScriptedMilter.Told) async -> MilterVerdict {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
        return MilterVerdict()
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
