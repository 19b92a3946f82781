import MailPolicy
import PostfixProtocols

/// What is known of an SMTP connection when a message begins on it.
package struct MilterConnection: Sendable {
    package enum Client: Sendable, Equatable {
        case unknown
        /// On the mail server itself, by a UNIX socket.
        case local
        case address(IPAddress, port: UInt16)
    }

    /// Where the mail server connected.
    package var listener: String
    package var client = Client.unknown
    /// The client's name as the mail server has it: looked up and verified, or its address in brackets.
    package var clientName: [UInt8] = []
    /// What it said to be; `nil` if it has not said so.
    package var helo: [UInt8]?
    /// Whether header values come, and are taken, byte for byte. From an old peer they come without the space behind the
    /// colon, which is put back: one, as there nearly always is.
    package var hasExactValues = false

    init(listener: String) { self.listener = listener }
}

extension MilterConnection {
    mutating func meet(_ peer: MilterPeer, in bytes: Span<UInt8>) {
        clientName = bytes.extracting(peer.name).array
        switch peer.family {
        case .unknown: client = .unknown
        case .local: client = .local
        case .v4, .v6:
            let text = bytes.extracting(Self.withoutPrefix(peer.address, in: bytes))
            client = IPAddress(parsing: text).map { .address($0, port: peer.port) } ?? .unknown
        }
    }

    /// For the next SMTP connection on the same socket.
    mutating func startOver() {
        client = .unknown
        clientName = []
        helo = nil
    }

    /// Sendmail writes `IPv6:2001:db8::1`.
    private static func withoutPrefix(_ range: Range<Int>, in bytes: Span<UInt8>) -> Range<Int> {
        let prefix: StaticString = "ipv6:"
        let count = prefix.utf8CodeUnitCount
        guard range.count > count else { return range }
        let isThere = prefix.withUTF8Buffer { prefix in
            prefix.indices.allSatisfy { bytes[range.lowerBound + $0] | 0x20 == prefix[$0] | 0x20 }
        }
        return isThere ? range.lowerBound + count..<range.upperBound : range
    }
}

/// A reverse-path or forward-path with its ESMTP parameters.
package struct MilterPath: Sendable, Equatable {
    /// Without angle brackets; empty for the null sender.
    package var address: [UInt8]
    /// `SIZE=1234`, `BODY=8BITMIME`, and so on, as the client wrote them.
    package var parameters: [[UInt8]]

    package init(address: [UInt8], parameters: [[UInt8]] = []) {
        self.address = address
        self.parameters = parameters
    }

    init(_ address: Range<Int>, _ parameters: Range<Int>, in bytes: Span<UInt8>) {
        var address = address
        if address.count >= 2, bytes[address.lowerBound] == UInt8(ascii: "<"),
            bytes[address.upperBound - 1] == UInt8(ascii: ">")
        {
            address = address.lowerBound + 1..<address.upperBound - 1
        }
        self.address = bytes.extracting(address).array
        self.parameters = bytes.extracting(parameters).array.split(separator: 0).map { Array($0) }
    }
}

extension Span<UInt8> {
    /// A copy.
    var array: [UInt8] { withUnsafeBufferPointer { [UInt8]($0) } }
}
