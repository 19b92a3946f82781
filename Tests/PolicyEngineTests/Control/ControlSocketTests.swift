import ControlProtocol
import ControlTesting
import Foundation
import Logging
import NIOPosix
import PolicyEngine
import Testing

@Suite(.timeLimit(.minutes(2))) struct ControlSocketTests {
    private let hello = #"{"id":1,"jsonrpc":"2.0","method":"hello"}"# + "\n"

    @Test func theSocketHasItsModeAndGroup() async throws {
        let group = String(cString: try #require(getgrgid(getgid())).pointee.gr_name)
        try await ServedEngine.run(settings: ControlServerSettings(path: "", mode: 0o640, group: group)) { served in
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
}
