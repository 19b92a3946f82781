import Foundation
import Testing

@testable import sekisho_bench

@Suite struct LoadClientTests {
    /// A null server on a thread of its own; it runs until the tests end.
    private static func startNullServer() throws -> SocketFile {
        let socket = SocketFile()
        let server = try NullServer(socket.target)
        Thread.detachNewThread {
            var server = server
            try? server.run()
        }
        return socket
    }

    @Test func eachRequestIsAnsweredOnceAndCountedByAction() throws {
        let socket = try Self.startNullServer()
        for connections in [1, 7, 100] {
            var client = try LoadClient(
                socket.target, connections: connections, traffic: RequestWriter(Traffic()), extent: .count(1_000))
            let report = try client.run()
            #expect(report.answers == 1_000)
            #expect(report.unanswered == 0)
            #expect(report.actions == ["DUNNO": 1_000])
            #expect(report.p50 > 0 && report.p50 <= report.p99 && report.p99 <= report.max)
        }
    }

    @Test func fewerRequestsThanConnectionsAreNoMore() throws {
        let socket = try Self.startNullServer()
        var client = try LoadClient(
            socket.target, connections: 10, traffic: RequestWriter(Traffic()), extent: .count(3))
        #expect(try client.run().answers == 3)
    }

    @Test func aServerThatIsNotThereIsSaid() {
        #expect(throws: SystemError.self) {
            try LoadClient(
                .unix(path: "/nonexistent/socket"), connections: 1, traffic: RequestWriter(Traffic()), extent: .count(1)
            )
        }
    }

    @Test(arguments: [
        ("/run/x.sock", "/run/x.sock"), ("x.sock", "x.sock"), ("127.0.0.1:10040", "127.0.0.1:10040"),
        ("[::1]:25", "[::1]:25"), ("a/b:9", "a/b:9"),
    ])
    func targetsAreReadAsTheyAreWritten(text: String, description: String) {
        #expect(Target(argument: text)?.description == description)
    }

    @Test(arguments: ["", ":25", "host:", "host:99999", "host:http"])
    func whatIsNoTargetIsRefused(text: String) {
        #expect(Target(argument: text) == nil)
    }
}
