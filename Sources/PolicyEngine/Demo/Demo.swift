import ControlProtocol
import Foundation
import MailPolicy
import NIOPosix
import PostfixProtocols

/// The engine inside the console's own process, fed with the sample day.
///
/// The hours before ``noon`` are decided at once, each request at its own time, so that the console opens on a full
/// picture; from then on the sample plays on in real time. 14:01 of the sample's day is now.
package final class Demo: Sendable {
    /// The minute of the sample's day at which the console opens.
    static let opening: Milliseconds = (14 * 60 + 1) * 60_000

    /// The backlog is tried again within this; milliseconds.
    private static let backlogSpan = 240_000

    private let engine: Engine
    private let postfix: DemoPostfix
    private let queue: DemoQueue
    private let mail: DemoMail
    private let clock: DemoClock
    private let recorded: [DemoRequest]
    /// From the sample's times to ours.
    private let shift: Milliseconds
    private let folder: URL
    private let loops: MultiThreadedEventLoopGroup

    /// Where the control socket of the demo's engine is, for the command line beside it.
    package let controlSocket: String

    /// - Parameters:
    ///   - sample: the folder with the sample's files.
    /// - Throws: ``ConfigurationError``, ``DirectoryError``, and what cannot be read of the sample.
    package static func open(sample: String) async throws -> Demo {
        let files = try DemoSample(folder: sample)
        return try await Demo(files)
    }

    private init(_ files: DemoSample) async throws {
        let machine = EngineClock.machine(continuing: nil)
        let clock = DemoClock(machine: machine)
        self.clock = clock
        recorded = files.requests
        let now = machine.now().wall
        shift = now - (files.dayStart + Self.opening)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sekisho-demo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var configuration = files.configuration
        let socket = folder.appendingPathComponent("policy.sock").path
        controlSocket = folder.appendingPathComponent("control.sock").path
        configuration.store = StoreSettings(path: folder.appendingPathComponent("demo.db").path)
        configuration.listeners = [ListenerSettings(endpoint: .unix(SocketFile(path: socket, mode: 0o600)))]
        configuration.control.socket = SocketFile(path: controlSocket, mode: 0o600)
        configuration.milters = []
        configuration.directory = nil
        let queue = DemoQueue(clock: clock.clock)
        self.queue = queue
        var setting = Engine.Setting(sink: LogSink(.nowhere))
        setting.mode = "demo"
        setting.seed = 7
        setting.clock = clock.clock
        setting.queue = { _, _ in queue }
        engine = try await Engine(configuration, setting)
        mail = try DemoMail(
            configuration, names: DemoNames(requests: files.requests, carriers: configuration.rulebook.carriers),
            known: Set(files.accounts.flatMap { [$0.login] + $0.addresses }), gatehouse: engine.gatehouse,
            board: engine.core.authentication)
        loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        postfix = DemoPostfix(queue: queue, socket: socket, group: loops, clock: clock.clock, seed: 7)
        let shift = shift
        try await engine.takeDirectory(
            files.accounts.map { account in
                var account = account
                account.signedUp += shift
                return account
            })
        fillQueue(files.queue, at: now)
    }

    private func fillQueue(_ listed: [QueueEntry], at now: Milliseconds) {
        var random = SplitMix(seed: 11)
        for message in listed {
            let open = message.recipients.map { (address: $0.address, reason: $0.delayReason) }
            let queued = QueuedMessage(
                instance: DemoQueue.instance, queueID: message.queueID.text, queue: QueueName(message.queueName),
                arrival: Milliseconds(message.arrivalTime) * 1000 + shift, size: message.messageSize,
                sender: message.sender, recipients: QueuedRecipients(open))
            // More comes due than the slow carrier takes, so that it is seen being paced.
            queue.add(queued, to: open, nextTry: now + Milliseconds(random.below(Self.backlogSpan)))
        }
    }

    /// Plays the morning, and lets the engine run.
    package func start() async throws {
        await playMorning()
        try await engine.start()
        queue.publish()
    }

    /// The demo's operator: the one who sits in front of it, and who may do everything.
    package var link: any EngineLink {
        engine.link(for: Actor(name: NSUserName(), userID: getuid(), role: .admin))
    }

    /// Plays on until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.postfix.deliver() }
            group.addTask { await self.playAfternoon() }
        }
    }

    package func stop() async {
        await engine.stop()
        try? await loops.shutdownGracefully()
        try? FileManager.default.removeItem(at: folder)
    }

    // MARK: The day

    private var firstOfAfternoon: Int {
        recorded.firstIndex { $0.at + shift >= clock.opening(shift, recorded) } ?? recorded.count
    }

    /// Decides what came before, each request at its own time, straight at the gatehouse.
    private func playMorning() async {
        let end = firstOfAfternoon
        var connections: [Int: Connection] = [:]
        var minute: Milliseconds = 0
        for request in recorded[..<end] {
            let at = request.at + shift
            // What a minute brought is counted while the clock still shows it, also one that brought nothing.
            while minute > 0, minute < at / 60_000 {
                clock.set(minute * 60_000 + 59_999)
                engine.replayMinute()
                minute += 1
            }
            minute = at / 60_000
            clock.set(at)
            if let accepted = decide(request, on: &connections[request.connection, default: Connection()]) {
                await mail.show(accepted)
            }
        }
        for name in connections.keys { engine.gatehouse.end(&connections[name, default: Connection()]) }
        engine.replayMinute()
        clock.set(nil)
    }

    /// - Returns: the request if it was accepted.
    private func decide(_ request: DemoRequest, on connection: inout Connection) -> ReadRequest? {
        guard let read = ReadRequest(request.bytes), let asked = postfix.prepared(read),
            let gate = try? GateRequest(asked.parsed, in: asked.bytes.span, boundTo: nil)
        else { return nil }
        engine.advanceCarriers()
        // What passed lately is still in the queue when the console opens.
        let isLate = request.at > clock.opening(0, recorded) - 60_000
        switch engine.gatehouse.decide(gate, in: asked.bytes.span, on: &connection) {
        case .dunno:
            postfix.note("DUNNO", asked, queues: isLate)
            return asked
        case .action(let bytes):
            postfix.note(String(decoding: bytes.dropFirst(7).dropLast(2), as: UTF8.self), asked, queues: isLate)
        case .wait: break
        }
        return nil
    }

    /// The rest of the day in real time, and then the day again.
    private func playAfternoon() async {
        var index = firstOfAfternoon
        var shift = shift
        while !Task.isCancelled {
            guard index < recorded.count else {
                guard let first = recorded.first else { return }
                shift = clock.clock.now().wall - first.at
                index = 0
                continue
            }
            let request = recorded[index]
            let wait = request.at + shift - clock.clock.now().wall
            if wait > 0 {
                do { try await Task.sleep(for: .milliseconds(wait)) } catch { return }
            }
            index += 1
            // The outbound gate is asked for what is really delivered, by the demo's own Postfix.
            guard let read = ReadRequest(request.bytes), read.gate != .outbound else { continue }
            if await postfix.play(read, on: request.connection) == "DUNNO" { await mail.show(read) }
        }
    }
}

extension DemoClock {
    /// 14:01 on the sample's day, moved by `shift`.
    fileprivate func opening(_ shift: Milliseconds, _ recorded: [DemoRequest]) -> Milliseconds {
        guard let first = recorded.first else { return 0 }
        let day = DemoSample.dayStart(of: first.at)
        return day + Demo.opening + shift
    }
}
