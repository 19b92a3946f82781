import PostfixProtocols

@testable import PolicyEngine

enum MilterTarget {
    static func check(_ bytes: [UInt8]) throws {
        var cuts = Cuts(bytes)
        let mode = cuts.byte()
        let stream = mode & 1 == 0 ? cuts.all() : packets(&cuts)
        let pieces = mode >> 1
        let whole = read(stream, pieces: stream.count)
        let cut = read(stream, pieces: pieces % 37 + 1)
        try require(whole.said == cut.said, "cut into pieces the packets say something else")
        try require(whole.error == cut.error, "cut into pieces the error is another one")
        try runSession(stream)
        readReplies(stream)
    }

    /// Letters with contents whose lengths are right, so that what they say is reached.
    private static func packets(_ cuts: inout Cuts) -> [UInt8] {
        var stream: [UInt8] = []
        var rest = cuts.all()[...]
        while let letter = rest.popFirst() {
            let count = min(Int(rest.popFirst() ?? 0), rest.count)
            stream += [0, 0, 0, UInt8(truncatingIfNeeded: count + 1), letter] + rest.prefix(count)
            rest = rest.dropFirst(count)
        }
        return stream
    }

    fileprivate struct Read: Equatable {
        /// Chunks of the body and of long fields joined.
        var said: [UInt8] = []
        var error: MilterPacketError?
    }

    private static let bounds = {
        var bounds = MilterBounds()
        bounds.header = 64
        return bounds
    }()

    fileprivate static func read(_ stream: [UInt8], pieces size: Int) -> Read {
        var read = Read()
        var decoder = MilterDecoder(bounds: bounds)
        var (start, end) = (0, 0)
        while end < stream.count {
            end = min(end + max(size, 1), stream.count)
            do throws(MilterPacketError) {
                while start < end, let packet = try decoder.next(stream.span.extracting(start..<end)) {
                    read.add(packet.command, stream[start..<end])
                    start += packet.byteCount
                }
            } catch {
                read.error = error
                return read
            }
        }
        return read
    }

    private static func runSession(_ stream: [UInt8]) throws {
        var decoder = MilterDecoder(bounds: bounds)
        var session = MilterSession(needs: MilterNeeds(actions: .addHeaders, optionalActions: .changeHeaders))
        var isOpen = false
        var start = 0
        while start < stream.count, let packet = try? decoder.next(stream.span.extracting(start...)) {
            guard let step = try? session.receive(packet.command, in: stream.span.extracting(start...)) else { return }
            if step.effect == .beginMessage { isOpen = true }
            if step.endsMessage, step.effect != .beginMessage { isOpen = false }
            try require(!session.isInMessage || isOpen, "a message that was never begun")
            _ = session.macros["i"]
            if session.isDeciding {
                session.verdictGiven()
                isOpen = false
            }
            start += packet.byteCount
        }
    }

    private static func readReplies(_ stream: [UInt8]) {
        var start = 0
        while start < stream.count, let next = try? MilterReply.next(stream.span.extracting(droppingFirst: start)) {
            start += next.byteCount
        }
    }
}

extension MilterTarget.Read {
    fileprivate mutating func add(_ command: MilterCommand, _ bytes: ArraySlice<UInt8>) {
        func put(_ range: Range<Int>) {
            said += bytes.dropFirst(range.lowerBound).prefix(range.count)
            said.append(0)
        }
        switch command {
        case .negotiate(let offer): said += "\(offer)".utf8
        case .macros(let letter, let range):
            said.append(letter.rawValue)
            put(range)
        case .connection(let peer):
            put(peer.name)
            put(peer.address)
        case .helo(let range), .unknown(let range): put(range)
        case .sender(let address, let parameters), .recipient(let address, let parameters):
            put(address)
            put(parameters)
        case .header(let name, let value):
            put(name)
            put(value)
        case .longHeader(let length, let name, _):
            guard let name else { return }
            said += "\(length)".utf8
            put(name)
        case .body(let range, _), .endOfMessage(let range):
            said += bytes.dropFirst(range.lowerBound).prefix(range.count)
        case .data, .endOfHeader, .abort, .quit, .quitForNewConnection: said.append(command.letter.rawValue)
        }
    }
}
