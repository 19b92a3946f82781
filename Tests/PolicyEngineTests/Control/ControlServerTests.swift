import ControlProtocol
import ControlTesting
import Foundation
import Logging
import NIOCore
import NIOPosix
import PolicyEngine
import Testing

@Suite(.timeLimit(.minutes(2))) struct ControlServerTests {
    private let hello = #"{"id":1,"jsonrpc":"2.0","method":"hello"}"# + "\n"

    @Test func thePeerIsWhomTheKernelNames() async throws {
        try await ServedEngine.run { served in
            let client = try await RawClient(path: served.path)
            try await client.send(hello)
            let line = try #require(await client.line())
            let peer = try #require(served.engine.peers.first)
            #expect(peer.userID == getuid())
            #expect(peer.processID == getpid())
            #expect(peer.login == String(cString: try #require(getpwuid(getuid())).pointee.pw_name))
            #expect(peer.groups.contains(String(cString: try #require(getgrgid(getgid())).pointee.gr_name)))
            #expect(line.contains(#""actor":"\#(peer.login)""#))
        }
    }

    @Test func theSocketHasItsModeAndGroup() async throws {
        let group = String(cString: try #require(getgrgid(getgid())).pointee.gr_name)
        try await ServedEngine.run(settings: { ($0.mode, $0.group) = (0o640, group) }) { served in
            let attributes = try FileManager.default.attributesOfItem(atPath: served.path)
            #expect(attributes[.posixPermissions] as? Int == 0o640)
            #expect(attributes[.groupOwnerAccountName] as? String == group)
        }
    }

    @Test func theSocketIsGoneAfterTheEnd() async throws {
        let path = try await ServedEngine.run { served in
            #expect(FileManager.default.fileExists(atPath: served.path))
            await served.server.close()
            #expect(!FileManager.default.fileExists(atPath: served.path))
            return served.path
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    private func listen(on path: String, group: String? = nil) async throws -> ControlServer {
        try await ControlServer.listen(
            ControlServerSettings(path: path, group: group), service: FakeEngine(),
            on: MultiThreadedEventLoopGroup.singleton, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func aSocketThatIsAnsweredOnIsNotTaken() async throws {
        try await ServedEngine.run { served in
            await #expect(throws: ControlServerError.inUse(path: served.path)) { try await listen(on: served.path) }
            let client = try await RawClient(path: served.path)
            try await client.send(hello)
            #expect(await client.line() != nil)
        }
    }

    @Test func aSocketThatAKilledEngineLeftIsReplaced() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("control.sock")
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        close(descriptor)
        let server = try await listen(on: path)
        let client = try await RawClient(path: path)
        try await client.send(hello)
        #expect(await client.line() != nil)
        await server.close()
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("control.sock")
        try "mine".write(toFile: path, atomically: false, encoding: .utf8)
        await #expect(throws: ControlServerError.notASocket(path: path)) { try await listen(on: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    }

    @Test func aGroupThatIsNotThereIsNamed() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("control.sock")
        await #expect(throws: ControlServerError.noSuchGroup(name: "no-such-group")) {
            try await listen(on: path, group: "no-such-group")
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func badLinesAreAnsweredAndTheConnectionGoesOn() async throws {
        try await ServedEngine.run { served in
            let client = try await RawClient(path: served.path)
            try await client.send("GET / HTTP/1.1\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"veiw\"}\n" + hello)
            #expect(try #require(await client.line()).contains("-32700"))
            #expect(try #require(await client.line()).contains(#"did you mean \"view\"?"#))
            #expect(try #require(await client.line()).contains("protocolVersion"))
        }
    }

    @Test func aHundredMegabytesAreRefusedWhileOthersAreServed() async throws {
        try await ServedEngine.run { served in
            let other = SocketEngineLink(path: served.path)
            let large = try await RawClient(path: served.path)
            async let flood: Void = {
                let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
                try await large.send(#"{"id":1,"jsonrpc":"2.0","method":"view","params":""#)
                for _ in 0..<100 { try await large.send(piece) }
                try await large.send("\"}\n" + hello)
            }()
            for _ in 0..<20 { _ = try await other.view(ViewQuery(.plans)) }
            try await flood
            #expect(try #require(await large.line()).contains("a line of more than 1048576 bytes was dropped"))
            #expect(try #require(await large.line()).contains("protocolVersion"))
            #expect(served.engine.queries.count == 20)
        }
    }

    @Test func aLineThatIsNotFinishedInTimeClosesItsConnectionAlone() async throws {
        try await ServedEngine.run(settings: { $0.lineTimeout = .milliseconds(300) }) { served in
            let idle = try await RawClient(path: served.path)
            let slow = try await RawClient(path: served.path)
            // A byte at a time does not keep it alive.
            let drip = Task {
                while !Task.isCancelled {
                    try await slow.send(" ")
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
            #expect(try #require(await slow.line()).contains("was begun and not finished"))
            #expect(await slow.line() == nil)
            drip.cancel()
            try await idle.send(hello)
            #expect(await idle.line() != nil)
        }
    }

    @Test func connectionsAreBoundedAndTheRefusalSaysSo() async throws {
        try await ServedEngine.run(settings: { $0.maximumConnectionsPerUser = 3 }) { served in
            var clients: [RawClient] = []
            for _ in 0..<3 {
                let client = try await RawClient(path: served.path)
                try await client.send(hello)
                #expect(await client.line() != nil)
                clients.append(client)
            }
            let refused = try await RawClient(path: served.path)
            #expect(try #require(await refused.line()).contains("has 3 control connections, which is the most"))
            #expect(await refused.line() == nil)
            try await clients.removeLast().close()
            // The place is free as soon as the engine has seen the end.
            let served = await eventually {
                guard let client = try? await RawClient(path: served.path) else { return false }
                try? await client.send(hello)
                return await client.line()?.contains("protocolVersion") == true
            }
            #expect(served)
        }
    }

    @Test func aSlowReaderGetsTheNewestFrameAndHoldsUpNobody() async throws {
        try await ServedEngine.run { served in
            let slow = try await RawClient(path: served.path, reads: false)
            try await slow.send(
                #"{"id":1,"jsonrpc":"2.0","method":"subscribe","params":{"query":{"view":"senders"}}}"# + "\n")
            #expect(await eventually { served.engine.subscriberCount == 1 })
            // Each frame is larger than what the kernel holds for a socket, so the second cannot leave.
            let rows = (0..<1_000).map {
                SenderRow.sample("\($0)@isp.example", name: String(repeating: "山", count: 500))
            }
            let fast = SocketEngineLink(path: served.path)
            for number in 1...200 {
                var status = EngineStatus.sample
                status.queueLength = number
                served.engine.publish(ViewFrame(status: status, content: .senders(rows)))
                if number.isMultiple(of: 20) { _ = try await fast.view(ViewQuery(.plans)) }
            }
            try await slow.startReading()
            var frames: [Int] = []
            while frames.last != 200, let line = await slow.line() {
                guard let range = line.range(of: #""queueLength":"#) else { continue }
                frames.append(Int(line[range.upperBound...].prefix { $0.isNumber }) ?? 0)
            }
            #expect(frames.last == 200)
            #expect(frames.count < 20, "\(frames)")
        }
    }

    @Test func framesComeAtMostTenTimesASecond() async throws {
        try await ServedEngine.run { served in
            let link = SocketEngineLink(path: served.path)
            let stream = try await link.subscribe(ViewQuery(.plans))
            let publishing = Task {
                while !Task.isCancelled {
                    served.engine.publish(ViewFrame(status: .sample, content: .unknownSubject("x")))
                    try await Task.sleep(for: .milliseconds(2))
                }
            }
            let start = ContinuousClock.now
            var count = 0
            for try await _ in stream {
                count += 1
                if count == 6 { break }
            }
            publishing.cancel()
            #expect(ContinuousClock.now - start >= .milliseconds(450))
        }
    }

    @Test func changesOfOneClientAreMadeInTheirOrder() async throws {
        let gate = Gate()
        let engine = FakeEngine(answer: { order in
            if case .suspend = order.action { await gate.wait() }
            return .sample(of: order)
        })
        try await ServedEngine.run(engine) { served in
            let client = try await RawClient(path: served.path)
            for order in [
                Order(action: .suspend(account: "a", mode: .refuse), reason: "r", seconds: nil),
                Order(action: .resume(account: "a"), reason: "r", seconds: nil),
            ] {
                try await client.send(JSONLine.encode(ControlRequest(id: .number(1), call: .perform(order))) + [10])
            }
            try await client.send(#"{"id":2,"jsonrpc":"2.0","method":"view","params":{"view":"plans"}}"# + "\n")
            #expect(try #require(await client.line()).contains(#""id":2"#))
            #expect(engine.orders.count == 1)
            gate.open()
            #expect(try #require(await client.line()).contains("suspend a"))
            #expect(try #require(await client.line()).contains("resume a"))
        }
    }

    @Test func aChangeIsMadeEvenIfItsClientLeaves() async throws {
        let gate = Gate()
        let engine = FakeEngine(answer: { order in
            await gate.wait()
            return .sample(of: order)
        })
        try await ServedEngine.run(engine) { served in
            let client = try await RawClient(path: served.path)
            for account in ["a", "b"] {
                let order = Order(action: .resume(account: account), reason: "r", seconds: nil)
                try await client.send(JSONLine.encode(ControlRequest(id: .number(1), call: .perform(order))) + [10])
            }
            #expect(await eventually { engine.orders.count == 1 })
            try await client.close()
            gate.open()
            #expect(await eventually { engine.orders.count == 2 })
        }
    }

    @Test func subscriptionsEndWithTheirClient() async throws {
        try await ServedEngine.run { served in
            let client = try await RawClient(path: served.path)
            try await client.send(
                #"{"id":1,"jsonrpc":"2.0","method":"subscribe","params":{"query":{"view":"plans"}}}"# + "\n")
            #expect(try #require(await client.line()).contains(#""subscription":1"#))
            #expect(served.engine.subscriberCount == 1)
            try await client.close()
            #expect(await eventually { served.engine.subscriberCount == 0 })
        }
    }
}

/// Holds whoever comes until it is opened.
private final class Gate: Sendable {
    private let stream: AsyncStream<Never>
    private let continuation: AsyncStream<Never>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func wait() async { for await _ in stream {} }
    func open() { continuation.finish() }
}
