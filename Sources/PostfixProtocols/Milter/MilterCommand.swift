/// The letter that a packet of the mail server begins with (SMFIC_*).
package enum MilterLetter: UInt8, Sendable, CaseIterable {
    case negotiate = 0x4F  // O
    case macros = 0x44  // D
    case connection = 0x43  // C
    case helo = 0x48  // H
    case sender = 0x4D  // M
    case recipient = 0x52  // R
    case data = 0x54  // T
    case header = 0x4C  // L
    case endOfHeader = 0x4E  // N
    case body = 0x42  // B
    case endOfMessage = 0x45  // E
    case abort = 0x41  // A
    case quit = 0x51  // Q
    case quitForNewConnection = 0x4B  // K
    case unknown = 0x55  // U

    /// The SMTP command or the part of a message that it stands for.
    package var name: String {
        switch self {
        case .negotiate: "OPTNEG"
        case .macros: "MACRO"
        case .connection: "CONNECT"
        case .helo: "HELO"
        case .sender: "MAIL"
        case .recipient: "RCPT"
        case .data: "DATA"
        case .header: "HEADER"
        case .endOfHeader: "EOH"
        case .body: "BODY"
        case .endOfMessage: "BODYEOB"
        case .abort: "ABORT"
        case .quit: "QUIT"
        case .quitForNewConnection: "QUIT_NC"
        case .unknown: "UNKNOWN"
        }
    }
}

/// What the mail server says. Ranges lie in the bytes that the packet was read from, and hold no NUL.
package enum MilterCommand: Sendable, Equatable {
    case negotiate(MilterNegotiation)
    /// For the command with that letter, which comes next or is left out: pairs of name and value, each ended by NUL.
    case macros(MilterLetter, Range<Int>)
    case connection(MilterPeer)
    case helo(Range<Int>)
    /// The address, mostly in angle brackets, and the ESMTP parameters: each ended by NUL.
    case sender(address: Range<Int>, parameters: Range<Int>)
    case recipient(address: Range<Int>, parameters: Range<Int>)
    case data
    /// The value has its folds, with LF or CR LF, and the space behind the colon if that was agreed on.
    case header(name: Range<Int>, value: Range<Int>)
    /// Some of a header field that is larger than ``MilterBounds/header``; `length` is that of the whole field. The first
    /// piece has the name, or what it starts with.
    case longHeader(length: Int, name: Range<Int>?, isEnd: Bool)
    case endOfHeader
    /// Some of a chunk of the body; a chunk is answered at its end.
    case body(Range<Int>, isEnd: Bool)
    /// The last of the body, which is mostly empty here.
    case endOfMessage(Range<Int>)
    case abort
    case quit
    /// The end of this SMTP connection; another follows on the same socket.
    case quitForNewConnection
    /// An SMTP command that the mail server does not know.
    case unknown(Range<Int>)

    package var letter: MilterLetter {
        switch self {
        case .negotiate: .negotiate
        case .macros: .macros
        case .connection: .connection
        case .helo: .helo
        case .sender: .sender
        case .recipient: .recipient
        case .data: .data
        case .header, .longHeader: .header
        case .endOfHeader: .endOfHeader
        case .body: .body
        case .endOfMessage: .endOfMessage
        case .abort: .abort
        case .quit: .quit
        case .quitForNewConnection: .quitForNewConnection
        case .unknown: .unknown
        }
    }
}

/// The SMTP client, as the mail server tells of it.
package struct MilterPeer: Sendable, Equatable {
    /// SMFIA_*.
    package enum Family: UInt8, Sendable {
        case unknown = 0x55  // U
        /// A UNIX socket: the address is a path.
        case local = 0x4C  // L
        case v4 = 0x34  // 4
        /// Sendmail writes `IPv6:` before the address.
        case v6 = 0x36  // 6
    }

    package var name: Range<Int>
    package var family: Family
    /// 0 where there is none.
    package var port: UInt16
    package var address: Range<Int>

    package init(name: Range<Int>, family: Family, port: UInt16, address: Range<Int>) {
        self.name = name
        self.family = family
        self.port = port
        self.address = address
    }
}
