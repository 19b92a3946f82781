import Glibc

/// Closed loop, one thread: a connection that has its answer asks again, once the answers that have come together are all
/// read.
struct LoadClient {
    enum Extent {
        case seconds(Double)
        case count(Int)
    }

    enum Failure: Error, CustomStringConvertible {
        case closed
        case noPolicyReply(String)
        case shortWrite

        var description: String {
            switch self {
            case .closed: "the server closed a connection"
            case .noPolicyReply(let start): "this is no policy reply: \(start)"
            case .shortWrite: "a request did not fit into the socket's buffer"
            }
        }
    }

    static let replyStart = Array("action=".utf8)
    /// How long the last answers may take; Postfix itself waits 100 s (`smtpd_policy_service_timeout`).
    private static let patience: UInt64 = 100_000_000_000
    private static let longestReply = 4_096

    private let extent: Extent
    private var writer: RequestWriter
    private var readiness: Readiness
    private var connections: [Connection]
    private var latencies = Latencies()
    private var actions = ActionCounts()
    /// Connections that have their answer and may ask again.
    private var idle: [Int] = []
    private var sent = 0
    private var inFlight = 0
    private var end: UInt64 = .max

    private struct Connection {
        let socket: Socket
        var sentAt: UInt64 = 0
        var reply = [UInt8](repeating: 0, count: LoadClient.longestReply)
        var received = 0
    }

    /// Connects.
    ///
    /// - Throws: ``SystemError``.
    init(_ target: Target, connections: Int, traffic: RequestWriter, extent: Extent) throws {
        self.extent = extent
        writer = traffic
        readiness = try Readiness()
        self.connections = []
        for key in 0..<connections {
            let socket = try Socket.connected(to: target)
            try readiness.watch(socket, key: UInt32(key))
            self.connections.append(Connection(socket: socket))
        }
    }

    /// Asks until the time is over or the number is reached, and waits for the answers that are missing then.
    ///
    /// - Throws: ``Failure``.
    mutating func run() throws -> LoadReport {
        defer {
            for connection in connections { connection.socket.close() }
            readiness.close()
        }
        let start = MonotonicTime.now
        if case .seconds(let seconds) = extent { end = start + UInt64(seconds * 1e9) }
        idle = Array(connections.indices)
        try askOnIdle()
        var lastAnswer = start
        var ready: [Int] = []
        while inFlight > 0 {
            ready.removeAll(keepingCapacity: true)
            readiness.wait(milliseconds: 1_000) { ready.append(Int($0)) }
            for index in ready { try read(index) }
            if !ready.isEmpty {
                lastAnswer = MonotonicTime.now
            } else if MonotonicTime.now - lastAnswer > Self.patience {
                break
            }
            try askOnIdle()
        }
        return LoadReport(
            latencies, nanoseconds: MonotonicTime.now - start, unanswered: inFlight, actions: actions.table)
    }

    private func mayAsk(at now: UInt64) -> Bool {
        switch extent {
        case .seconds: now < end
        case .count(let count): sent < count
        }
    }

    private mutating func askOnIdle() throws {
        for index in idle {
            let now = MonotonicTime.now
            guard mayAsk(at: now) else { break }
            try ask(on: index, at: now)
        }
        idle.removeAll(keepingCapacity: true)
    }

    private mutating func ask(on index: Int, at now: UInt64) throws {
        let length = writer.next()
        connections[index].received = 0
        connections[index].sentAt = now
        let socket = connections[index].socket.descriptor
        guard Glibc.send(socket, writer.buffer, length, Int32(MSG_NOSIGNAL)) == length else {
            throw errno == EPIPE ? Failure.closed : Failure.shortWrite
        }
        sent += 1
        inFlight += 1
    }

    private mutating func read(_ index: Int) throws {
        let received = connections[index].received
        let descriptor = connections[index].socket.descriptor
        let count = connections[index].reply.withUnsafeMutableBytes { room in
            // In bounds: `received` is below the room's count, or the reply was refused as too long.
            Glibc.read(descriptor, room.baseAddress.map { $0 + received }, room.count - received)
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { throw Failure.closed }
        connections[index].received += count
        if try isComplete(connections[index]) {
            actions.add(connections[index].reply)
            latencies.add(nanoseconds: MonotonicTime.now &- connections[index].sentAt)
            inFlight -= 1
            idle.append(index)
        }
    }

    /// Whether the reply is whole; what is none is an error.
    private func isComplete(_ connection: Connection) throws -> Bool {
        let length = connection.received
        let reply = connection.reply.span
        let lineFeed = UInt8(ascii: "\n")
        guard length >= 2, reply[length - 1] == lineFeed, reply[length - 2] == lineFeed else {
            if length == Self.longestReply { throw Self.noReply(connection) }
            return false
        }
        guard connection.reply.starts(with: Self.replyStart) else { throw Self.noReply(connection) }
        return true
    }

    private static func noReply(_ connection: Connection) -> Failure {
        let start = connection.reply.prefix(min(60, connection.received))
        return .noPolicyReply(String(decoding: start, as: UTF8.self).debugDescription)
    }
}
