/// Writes what a mail server says, for the clients.
package struct MilterCommandWriter: Sendable {
    /// All packets that were written, one after the other.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    /// Any packet, whatever it has.
    package mutating func write(_ letter: UInt8, _ content: some Collection<UInt8>) {
        bytes.append(bigEndian: UInt32(content.count + 1))
        bytes.append(letter)
        bytes.append(contentsOf: content)
    }

    private mutating func write(_ letter: MilterLetter, _ content: some Collection<UInt8> = []) {
        write(letter.rawValue, content)
    }

    private mutating func write(_ letter: MilterLetter, texts: [String]) {
        var content: [UInt8] = []
        for text in texts { content.append(text: text.utf8) }
        write(letter, content)
    }

    package mutating func negotiate(_ offer: MilterNegotiation) {
        var content: [UInt8] = []
        offer.encode(into: &content)
        write(.negotiate, content)
    }

    package mutating func macros(_ stage: MilterLetter, _ pairs: [(String, String)]) {
        var content = [stage.rawValue]
        for (name, value) in pairs {
            content.append(text: name.utf8)
            content.append(text: value.utf8)
        }
        write(.macros, content)
    }

    package mutating func connection(
        name: String, family: MilterPeer.Family = .v4, port: UInt16 = 0, address: String = ""
    ) {
        var content: [UInt8] = []
        content.append(text: name.utf8)
        content.append(family.rawValue)
        if family != .unknown {
            content += [UInt8(port >> 8), UInt8(port & 0xFF)]
            content.append(text: address.utf8)
        }
        write(.connection, content)
    }

    package mutating func helo(_ name: String) { write(.helo, texts: [name]) }

    package mutating func sender(_ address: String, parameters: [String] = []) {
        write(.sender, texts: [address] + parameters)
    }

    package mutating func recipient(_ address: String, parameters: [String] = []) {
        write(.recipient, texts: [address] + parameters)
    }

    package mutating func data() { write(.data) }

    package mutating func header(_ name: String, _ value: String) { write(.header, texts: [name, value]) }

    package mutating func endOfHeader() { write(.endOfHeader) }

    package mutating func body(_ chunk: some Collection<UInt8>) { write(.body, chunk) }

    package mutating func endOfMessage(_ chunk: [UInt8] = []) { write(.endOfMessage, chunk) }

    package mutating func abort() { write(.abort) }

    package mutating func quit() { write(.quit) }

    package mutating func quitForNewConnection() { write(.quitForNewConnection) }

    package mutating func unknown(_ command: String) { write(.unknown, texts: [command]) }
}
