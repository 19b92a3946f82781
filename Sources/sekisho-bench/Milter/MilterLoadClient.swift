import Glibc

/// Shows a milter messages as Postfix does: closed loop, one thread, one message in flight on each connection.
struct MilterLoadClient {
    enum Failure: Error, CustomStringConvertible {
        case closed
        case silent
        case noAnswer(String)
        case refusedConnection(String)

        var description: String {
            switch self {
            case .closed: "the milter closed a connection"
            case .silent: "the milter takes or answers nothing any more"
            case .noAnswer(let what): "this is no milter's answer: \(what)"
            case .refusedConnection(let letter): "the milter answered \(letter) to the connection itself"
            }
        }
    }

    /// Postfix's `milter_content_timeout`.
    private static let patience: CInt = 300_000
    private static let mostMessages = 1 << 40

    private let extent: LoadClient.Extent
    private let mail: MilterMail
    private var readiness: Readiness
    private var connections: [Connection] = []
    private var dialogues: [UInt32: MilterDialogue] = [:]
    private var room = [UInt8](repeating: 0, count: 65_536)
    private var latencies = Latencies()
    private var verdicts: [String: Int] = [:]
    private var changes = 0
    private var firstChanges: [String] = []
    private var begun = 0
    private var inFlight = 0
    private var end: UInt64 = .max

    private struct Connection {
        let socket: Socket
        var steps: UInt32 = 0
        var answers = MilterAnswers()
        var part = 0
        var begunAt: UInt64 = 0
        /// An early verdict leaves the milter in the middle of a message.
        var needsAbort = false
    }

    /// Connects and negotiates.
    ///
    /// - Throws: ``SystemError``, ``Failure``.
    init(_ target: Target, connections count: Int, mail: MilterMail, extent: LoadClient.Extent) throws {
        self.extent = extent
        self.mail = mail
        readiness = try Readiness()
        for key in 0..<count {
            connections.append(Connection(socket: try Socket.connected(to: target)))
            try open(key)
            try readiness.watch(connections[key].socket, key: UInt32(key))
        }
    }

    private mutating func open(_ index: Int) throws {
        try write(MilterDialogue.offer, index)
        let (letter, content) = try answer(index)
        guard letter == UInt8(ascii: "O"), content.count >= 12 else { throw Failure.noAnswer("no negotiation") }
        let steps = content.dropFirst(8).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        connections[index].steps = steps
        let dialogue = dialogues[steps] ?? MilterDialogue(mail, steps: steps)
        dialogues[steps] = dialogue
        for (number, part) in dialogue.opening.enumerated() {
            try write(part.bytes, index)
            // The last may be what is not answered.
            if number == dialogue.opening.count - 1, !dialogue.isOpeningAnswered { break }
            let (letter, _) = try answer(index)
            guard letter == UInt8(ascii: "c") else { throw Failure.refusedConnection(Self.name(letter)) }
        }
    }

    /// Shows messages until the time is over or the number is reached, and waits for the verdicts that are missing then.
    ///
    /// - Parameter process: whose CPU time is measured.
    /// - Throws: ``Failure``.
    mutating func run(process: ServerProcess?) throws -> MilterLoadReport {
        defer { close() }
        let before = process?.cpuNanoseconds
        let start = MonotonicTime.now
        if case .seconds(let seconds) = extent { end = start + UInt64(seconds * 1e9) }
        for index in connections.indices { try begin(index) }
        var ready: [Int] = []
        var lastAnswer = start
        while inFlight > 0 {
            ready.removeAll(keepingCapacity: true)
            readiness.wait(milliseconds: 1_000) { ready.append(Int($0)) }
            for index in ready { try read(index) }
            if !ready.isEmpty { lastAnswer = MonotonicTime.now }
            if MonotonicTime.now - lastAnswer > UInt64(Self.patience) * 1_000_000 { throw Failure.silent }
        }
        let elapsed = MonotonicTime.now - start
        let used = before.flatMap { before in process?.cpuNanoseconds.map { $0 - before } }
        return MilterLoadReport(
            latencies, nanoseconds: elapsed, verdicts: verdicts, changes: changes, firstChanges: firstChanges,
            serverNanoseconds: used)
    }

    private func close() {
        for connection in connections {
            // The answer to it is that the milter closes too.
            _ = Glibc.send(
                connection.socket.descriptor, MilterDialogue.quit, MilterDialogue.quit.count, Int32(MSG_NOSIGNAL))
            readiness.forget(connection.socket.descriptor)
            connection.socket.close()
        }
        readiness.close()
    }

    // MARK: One message

    private mutating func begin(_ index: Int) throws {
        let now = MonotonicTime.now
        switch extent {
        case .seconds: guard now < end, begun < Self.mostMessages else { return }
        case .count(let count): guard begun < count else { return }
        }
        begun += 1
        inFlight += 1
        connections[index].begunAt = now
        connections[index].part = 0
        if connections[index].needsAbort { try write(MilterDialogue.abort, index) }
        connections[index].needsAbort = false
        try sendPart(index)
    }

    private func parts(_ index: Int) -> [MilterDialogue.Part] { dialogues[connections[index].steps]?.message ?? [] }

    private func sendPart(_ index: Int) throws { try write(parts(index)[connections[index].part].bytes, index) }

    private mutating func read(_ index: Int) throws {
        guard try fill(index) else { return }
        while let (letter, content) = try connections[index].answers.next() { try take(letter, content, index) }
    }

    private mutating func take(_ letter: UInt8, _ content: ArraySlice<UInt8>, _ index: Int) throws {
        let isLast = connections[index].part == parts(index).count - 1
        switch Unicode.Scalar(letter) {
        case "p": return
        case "h", "i", "m", "e", "+", "2", "-", "b", "q":
            guard isLast else { throw Failure.noAnswer("a change before the end of the message") }
            changes += 1
            if latencies.count == 0, firstChanges.count < 16 {
                firstChanges.append(String(decoding: content.filter { $0 >= 0x20 }, as: UTF8.self))
            }
        case "c" where !isLast:
            connections[index].part += 1
            try sendPart(index)
        case "s" where !isLast:
            while parts(index)[connections[index].part].isBody { connections[index].part += 1 }
            try sendPart(index)
        case "c", "a", "r", "t", "d", "y":
            verdicts[Self.name(letter), default: 0] += 1
            latencies.add(nanoseconds: MonotonicTime.now &- connections[index].begunAt)
            inFlight -= 1
            connections[index].needsAbort = !isLast
            try begin(index)
        default: throw Failure.noAnswer("the letter \(letter)")
        }
    }

    private static func name(_ letter: UInt8) -> String {
        switch Unicode.Scalar(letter) {
        case "c": "continue"
        case "a": "accept"
        case "r": "reject"
        case "t": "tempfail"
        case "d": "discard"
        case "y": "replycode"
        default: String(letter)
        }
    }

    // MARK: Bytes

    /// Reads what there is; false if there is nothing.
    private mutating func fill(_ index: Int) throws -> Bool {
        let count = Glibc.read(connections[index].socket.descriptor, &room, room.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return false }
        guard count > 0 else { throw Failure.closed }
        connections[index].answers.append(room[..<count])
        return true
    }

    /// Waits for one answer, while nothing else is going on.
    private mutating func answer(_ index: Int) throws -> (letter: UInt8, content: ArraySlice<UInt8>) {
        while true {
            if let answer = try connections[index].answers.next() { return answer }
            try wait(for: POLLIN, index)
            _ = try fill(index)
        }
    }

    /// Writes all. A message that is larger than the socket's buffer waits here until the milter has taken it.
    private func write(_ bytes: [UInt8], _ index: Int) throws {
        let descriptor = connections[index].socket.descriptor
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                // In bounds: `written` is below the count.
                Glibc.send(
                    descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {
                try wait(for: POLLOUT, index)
            } else if errno != EINTR {
                throw Failure.closed
            }
        }
    }

    private func wait(for event: CInt, _ index: Int) throws {
        var watched = pollfd(fd: connections[index].socket.descriptor, events: Int16(event), revents: 0)
        guard poll(&watched, 1, Self.patience) != 0 else { throw Failure.silent }
    }
}
