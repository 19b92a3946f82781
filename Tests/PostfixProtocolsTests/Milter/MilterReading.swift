import PostfixProtocols

/// Reads the packets of a mail server that arrive in pieces as the engine does, and puts together again what was handed
/// on in pieces.
enum MilterReading {
    /// What was read, with texts in the place of ranges.
    enum Said: Equatable {
        case negotiate(MilterNegotiation)
        case macros(MilterLetter, [String])
        case connection(name: String, MilterPeer.Family, port: UInt16, address: String)
        case helo(String)
        case sender(String, [String])
        case recipient(String, [String])
        case data
        case header(String, String)
        case longHeader(String, Int)
        case endOfHeader
        case body([UInt8])
        case endOfMessage([UInt8])
        case abort, quit, quitForNewConnection
        case unknown(String)
    }

    struct Outcome: Equatable {
        var said: [Said] = []
        var error: MilterPacketError?
        /// Bytes that wait for more.
        var rest = 0
    }

    static func read(
        _ bytes: [UInt8], bounds: MilterBounds = MilterBounds(), pieces: some Sequence<Int>
    ) -> Outcome {
        var outcome = Outcome()
        var decoder = MilterDecoder(bounds: bounds)
        var chunk: [UInt8] = []
        var start = 0
        var end = 0
        for piece in pieces {
            end = min(end + piece, bytes.count)
            do throws(MilterPacketError) {
                while start < end, let packet = try decoder.next(bytes.span.extracting(start..<end)) {
                    let here = Array(bytes[start..<end])
                    if let said = said(packet.command, here, &chunk) { outcome.said.append(said) }
                    start += packet.byteCount
                }
            } catch {
                outcome.error = error
                return outcome
            }
        }
        outcome.rest = end - start + chunk.count
        return outcome
    }

    private static func said(_ command: MilterCommand, _ bytes: [UInt8], _ chunk: inout [UInt8]) -> Said? {
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        func texts(_ range: Range<Int>) -> [String] {
            bytes[range].split(separator: 0, omittingEmptySubsequences: false).dropLast()
                .map { String(decoding: $0, as: UTF8.self) }
        }
        switch command {
        case .negotiate(let offer): return .negotiate(offer)
        case .macros(let letter, let pairs): return .macros(letter, texts(pairs))
        case .connection(let peer):
            return .connection(name: text(peer.name), peer.family, port: peer.port, address: text(peer.address))
        case .helo(let name): return .helo(text(name))
        case .sender(let address, let parameters): return .sender(text(address), texts(parameters))
        case .recipient(let address, let parameters): return .recipient(text(address), texts(parameters))
        case .data: return .data
        case .header(let name, let value): return .header(text(name), text(value))
        case .longHeader(let length, let name, _): return name.map { .longHeader(text($0), length) }
        case .endOfHeader: return .endOfHeader
        case .body(let range, let isEnd):
            chunk += bytes[range]
            guard isEnd else { return nil }
            defer { chunk = [] }
            return .body(chunk)
        case .endOfMessage(let range):
            defer { chunk = [] }
            return .endOfMessage(chunk + bytes[range])
        case .abort: return .abort
        case .quit: return .quit
        case .quitForNewConnection: return .quitForNewConnection
        case .unknown(let text): return .unknown(String(decoding: bytes[text], as: UTF8.self))
        }
    }
}
