import Glibc

/// Writes policy requests into one buffer again and again: what never changes is copied, the rest is a few decimals.
///
/// It is written apart from `PostfixProtocols`, so that a fault in how Sekisho reads requests cannot hide in how the
/// benchmark writes them. The attributes and their order are those of Postfix 3.8.
struct RequestWriter {
    private let traffic: Traffic
    private let pieces: [Piece]
    private var random: UInt64 = 88_172_645_463_325_252
    private var sequence: UInt64 = 0
    private let process = UInt64(getpid())
    /// The last request; the first bytes of it count.
    private(set) var buffer = [UInt8](repeating: 0, count: 2_048)

    private enum Piece {
        case fixed([UInt8])
        case user, source, address, port, recipient, domain, queueID, instance, size
    }

    init(_ traffic: Traffic) {
        self.traffic = traffic
        pieces = Self.pieces(traffic)
    }

    /// Writes the next request into the buffer and returns its length.
    mutating func next() -> Int {
        sequence &+= 1
        let user = pick(from: traffic.users)
        let source = pick(from: traffic.sources)
        let noise = number()
        var length = 0
        for piece in pieces {
            switch piece {
            case .fixed(let bytes): append(bytes, at: &length)
            case .user: append(decimal: user, at: &length)
            case .source: append(decimal: source, at: &length)
            case .address: append(address: source, at: &length)
            case .port: append(decimal: 1_024 &+ noise % 60_000, at: &length)
            case .recipient: append(decimal: (noise >> 16) % 100_000, at: &length)
            case .domain: append(decimal: (noise >> 34) % 200, at: &length)
            case .queueID: append(sequence, radix: 52, width: 10, at: &length)
            case .instance: appendInstance(at: &length)
            case .size: append(decimal: 2_000 &+ (noise >> 42) % 40_000, at: &length)
            }
        }
        return length
    }

    private mutating func pick(from count: Int) -> UInt64 {
        (traffic.walks ? sequence &- 1 : number()) % UInt64(count)
    }

    /// Marsaglia's xorshift: the same requests in each run.
    private mutating func number() -> UInt64 {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return random
    }

    private mutating func append(_ bytes: [UInt8], at length: inout Int) {
        for byte in bytes {
            buffer[length] = byte
            length &+= 1
        }
    }
}

// MARK: - Numbers

extension RequestWriter {
    private static let digits = Array("0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz".utf8)
    private static let hexDigits = Array("0123456789abcdef".utf8)

    private mutating func append(decimal number: UInt64, at length: inout Int) {
        var width = 1
        var bound: UInt64 = 10
        while number >= bound {
            width &+= 1
            bound &*= 10
        }
        var rest = number
        for place in stride(from: length &+ width &- 1, through: length, by: -1) {
            buffer[place] = UInt8(truncatingIfNeeded: rest % 10) &+ UInt8(ascii: "0")
            rest /= 10
        }
        length &+= width
    }

    /// Digits of Postfix's long queue IDs.
    private mutating func append(_ number: UInt64, radix: UInt64, width: Int, at length: inout Int) {
        var rest = number
        for place in stride(from: length &+ width &- 1, through: length, by: -1) {
            buffer[place] = Self.digits[Int(rest % radix)]
            rest /= radix
        }
        length &+= width
    }

    private mutating func append(hex number: UInt64, at length: inout Int) {
        var width = 1
        while width < 16, number >> UInt64(width &* 4) != 0 { width &+= 1 }
        for place in 0..<width {
            buffer[length &+ place] = Self.hexDigits[Int((number >> UInt64((width &- 1 &- place) &* 4)) & 0xF)]
        }
        length &+= width
    }

    /// `10.B.C.D`.
    private mutating func append(address source: UInt64, at length: inout Int) {
        append(decimal: (source >> 16) & 0xFF, at: &length)
        append(Self.dot, at: &length)
        append(decimal: (source >> 8) & 0xFF, at: &length)
        append(Self.dot, at: &length)
        append(decimal: source & 0xFF, at: &length)
    }

    /// Process, time and count as in smtpd's own, and never the same twice.
    private mutating func appendInstance(at length: inout Int) {
        append(hex: process, at: &length)
        append(Self.dot, at: &length)
        append(hex: sequence, at: &length)
        append(Self.lastOfInstance, at: &length)
    }

    private static let dot = Array(".".utf8)
    private static let lastOfInstance = Array(".5c2e.0".utf8)
}

// MARK: - The form of a request

extension RequestWriter {
    private static func pieces(_ traffic: Traffic) -> [Piece] {
        var pieces: [Piece] = []
        var text: [UInt8] = []
        func fix(_ more: String) { text += Array(more.utf8) }
        func put(_ piece: Piece) {
            pieces += [.fixed(text), piece]
            text = []
        }
        let atRecipient = traffic.state == .rcpt
        fix("request=smtpd_access_policy\nprotocol_state=\(traffic.state.rawValue)\nprotocol_name=ESMTP\n")
        fix("client_address=10.")
        put(.address)
        fix("\nclient_name=h")
        put(.source)
        fix(".dyn.example\nclient_port=")
        put(.port)
        fix("\nreverse_client_name=h")
        put(.source)
        fix(".dyn.example\nserver_address=127.0.0.1\nserver_port=\(traffic.isInbound ? 25 : 587)\nhelo_name=pc")
        put(.source)
        fix(".example\nsender=user")
        put(.user)
        fix("@isp.example\nrecipient=r")
        put(.recipient)
        fix("@d")
        put(.domain)
        fix(".example\nrecipient_count=\(atRecipient ? 0 : 1)\nqueue_id=")
        if !atRecipient {
            put(.queueID)
            fix("z9sYK")
        }
        fix("\ninstance=")
        put(.instance)
        fix("\nsize=")
        put(.size)
        fix("\netrn_domain=\nstress=\nsasl_method=\(traffic.isInbound ? "" : "PLAIN")\nsasl_username=")
        if !traffic.isInbound {
            fix("user")
            put(.user)
            fix("@isp.example")
        }
        fix("\nsasl_sender=\nccert_subject=\nccert_issuer=\nccert_fingerprint=\nccert_pubkey_fingerprint=\n")
        fix("encryption_protocol=TLSv1.3\nencryption_cipher=TLS_AES_256_GCM_SHA384\nencryption_keysize=256\n")
        fix(
            "policy_context=\(traffic.isInbound ? "mx" : "submission")\ncompatibility_level=3.6\nmail_version=3.8.6\n\n"
        )
        return pieces + [.fixed(text)]
    }
}
