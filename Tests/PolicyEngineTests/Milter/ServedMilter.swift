import ControlTesting
import Foundation
import MailPolicy
import NIOCore
import NIOPosix
import PostfixProtocols
import Synchronization

@testable import PolicyEngine

/// A milter on a socket in a folder of its own, whose service writes down what it is told and answers as the test says.
final class ServedMilter: Sendable {
    let folder: TemporaryFolder
    let server: MilterServer
    let service: ScriptedMilter
    let log = LogLines()
    private let group: MultiThreadedEventLoopGroup

    init(_ service: ScriptedMilter, bounds: MilterServer.Bounds = MilterServer.Bounds(), loops: Int = 1) throws {
        folder = try TemporaryFolder()
        self.service = service
        group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        server = MilterServer(service: service, group: group, bounds: bounds, logger: log.logger)
    }

    var path: String { folder.file("milter.sock") }
    var endpoint: ListenerSettings.Endpoint { .unix(SocketFile(path: path)) }

    static func run(
        _ service: ScriptedMilter = ScriptedMilter(), bounds: MilterServer.Bounds = MilterServer.Bounds(),
        loops: Int = 1, _ body: (ServedMilter) async throws -> Void
    ) async throws {
        let served = try ServedMilter(service, bounds: bounds, loops: loops)
        do {
            try await served.server.listen(on: [served.endpoint])
            try await body(served)
        } catch {
            await served.end()
            throw error
        }
        await served.end()
    }

    func end() async {
        await server.close()
        try? await group.shutdownGracefully()
    }

    func connect(reads: Bool = true) async throws -> MilterTestClient {
        MilterTestClient(try await RawPolicyClient(path: path, reads: reads))
    }
}

/// Writes down what it is told.
struct ScriptedMilter: MilterService {
    typealias Decide = @Sendable (Told) async -> MilterVerdict

    /// What was told of one message.
    struct Told: Sendable, Equatable {
        var client: MilterConnection.Client
        var clientName: String
        var helo: String?
        var sender: MilterPath
        var recipients: [String] = []
        var header: [String] = []
        var longHeaders: [String] = []
        var bodyBytes = 0
        /// The first bytes of the body.
        var body = ""
        var queueID: String?
        var login: String?
        var isAbandoned = false
        /// Whether verdict and header came on the same thread.
        var stayedOnItsThread = true
    }

    final class Notes: Sendable {
        private let messages = Mutex<[Told]>([])

        var all: [Told] { messages.withLock { $0 } }

        func add(_ told: Told) { messages.withLock { $0.append(told) } }
    }

    var needs: MilterNeeds
    let notes = Notes()
    let decide: Decide

    init(
        needs: MilterNeeds = MilterNeeds(
            actions: [.addHeaders, .changeHeaders], optionalActions: .quarantine,
            macros: [.init(.sender, ["{auth_authen}"]), .init(.endOfMessage, ["i"])]),
        decide: @escaping Decide = { _ in MilterVerdict() }
    ) {
        self.needs = needs
        self.decide = decide
    }

    func message(from sender: MilterPath, on connection: MilterConnection, macros: MilterMacros)
        -> any MilterMessageHandler
    {
        let told = Told(
            client: connection.client, clientName: String(decoding: connection.clientName, as: UTF8.self),
            helo: connection.helo.map { String(decoding: $0, as: UTF8.self) }, sender: sender,
            login: macros["{auth_authen}"].map { String(decoding: $0, as: UTF8.self) })
        return Handler(told: told, notes: notes, decide: decide)
    }

    private final class Handler: MilterMessageHandler {
        private var told: Told
        private let notes: Notes
        private let decide: Decide
        private let thread = pthread_self()

        init(told: Told, notes: Notes, decide: @escaping Decide) {
            self.told = told
            self.notes = notes
            self.decide = decide
        }

        private func text(_ bytes: Span<UInt8>) -> String {
            bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        }

        func recipient(_ path: MilterPath, macros: MilterMacros) {
            told.recipients.append(String(decoding: path.address, as: UTF8.self))
        }

        func header(name: Span<UInt8>, value: Span<UInt8>) {
            if told.header.count < 100 { told.header.append("\(text(name)):\(text(value))") }
        }

        func longHeader(name: Span<UInt8>, length: Int) { told.longHeaders.append("\(text(name)) \(length)") }

        func endOfHeader(macros: MilterMacros) { told.header.append("") }

        func body(_ piece: Span<UInt8>) {
            told.bodyBytes += piece.count
            if told.bodyBytes < 1_000 { told.body += text(piece) }
        }

        var hasEnoughBody: Bool { told.bodyBytes >= 100 }

        nonisolated(nonsending) func verdict(macros: MilterMacros) async -> MilterVerdict {
            told.queueID = macros["i"].map { String(decoding: $0, as: UTF8.self) }
            let verdict = await decide(told)
            told.stayedOnItsThread = thread == pthread_self()
            notes.add(told)
            return verdict
        }

        func abandoned() {
            told.isAbandoned = true
            notes.add(told)
        }
    }
}

/// A mail server, as a test has it.
struct MilterTestClient: Sendable {
    let socket: RawPolicyClient

    init(_ socket: RawPolicyClient) { self.socket = socket }

    func send(_ write: (inout MilterCommandWriter) -> Void) {
        var writer = MilterCommandWriter()
        write(&writer)
        socket.send(writer.bytes)
    }

    /// All that was answered up to now.
    var replies: [MilterReply] {
        let bytes = socket.bytes
        var replies: [MilterReply] = []
        var start = 0
        while let next = try? MilterReply.next(bytes.span.extracting(droppingFirst: start)) {
            replies.append(next.reply)
            start += next.byteCount
        }
        return replies
    }

    /// The answers without that to the offer.
    var answers: [MilterReply] { Array(replies.dropFirst()) }
}

extension MilterCommandWriter {
    static let postfix = MilterNegotiation(
        version: 6, actions: .init(rawValue: 0x1FF), steps: .init(rawValue: 0x1F_FFFF))
    static let old = MilterNegotiation(version: 2, actions: .init(rawValue: 0x3F), steps: .init(rawValue: 0x7F))

    /// What comes before the first message.
    mutating func open(_ offer: MilterNegotiation = postfix) {
        negotiate(offer)
        macros(.connection, [("j", "mx.isp.example"), ("{daemon_name}", "smtpd"), ("v", "Postfix 3.7.11")])
        connection(name: "mail.example.org", port: 12_345, address: "192.0.2.1")
        helo("mail.example.org")
    }

    mutating func envelope(_ number: Int = 1) {
        macros(.sender, [("{auth_authen}", "user\(number)")])
        sender("<a\(number)@example.org>", parameters: ["SIZE=1234"])
        recipient("<b@isp.example>")
    }

    mutating func message(_ number: Int = 1, space: String = " ") {
        envelope(number)
        header("From", "\(space)A <a\(number)@example.org>")
        header("Subject", "\(space)folded\n\there")
        endOfHeader()
        body(Array("Hello.\r\n".utf8))
        macros(.endOfMessage, [("i", "4jZ\(number)")])
        endOfMessage()
    }
}
