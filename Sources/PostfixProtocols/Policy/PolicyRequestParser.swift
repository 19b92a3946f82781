extension PolicyRequest {
    /// Reads the request that the given bytes start with, as far as its empty line.
    ///
    /// - Throws: ``PolicyRequestError`` for the first line that is wrong; if all lines are well formed, for the first
    ///   byte that is no text (NUL, not UTF-8); then for a `request` that is missing or another one.
    package static func parse(_ bytes: Span<UInt8>) throws(PolicyRequestError) -> PolicyRequest {
        var request = PolicyRequest()
        let raw = bytes.bytes
        try request.readLines(raw)
        try request.checkName(raw)
        return request
    }

    private mutating func readLines(_ bytes: RawSpan) throws(PolicyRequestError) {
        let end = Swift.min(bytes.byteCount, PolicyRequestLimits.requestBytes)
        var seen = SeenScalars()
        var lineFeeds = LineFeeds(from: 0, to: end)
        var lineStart = 0
        while let lineFeed = lineFeeds.nextOffset(in: bytes) {
            if lineFeed == lineStart {
                byteCount = lineFeed &+ 1
                if !lineFeeds.text.isPlainASCII { try bytes.checkUTF8(upTo: byteCount) }
                return
            }
            // Not only as far as the line feed, so that whole words can be looked at; see `check`.
            let nameEnd = bytes.offset(of: .equalsSign, from: lineStart, to: end)
            let line = AttributeLine(start: lineStart, nameEnd: nameEnd, end: lineFeed)
            try line.check(bytes)
            try take(line, bytes, &seen)
            lineStart = lineFeed &+ 1
        }
        throw AttributeLine.unfinished(at: lineStart, end: end, bytes)
    }

    /// Puts one attribute where it belongs. The length of the name leaves two or three candidates, and each of them
    /// costs two or three comparisons of words.
    @inline(__always) private mutating func take(
        _ line: AttributeLine, _ bytes: RawSpan, _ seen: inout SeenScalars
    ) throws(PolicyRequestError) {
        switch line.nameEnd &- line.start {
        case 4:
            if line.isNamed("size", bytes) { return try number(line, bytes, &size, &seen.size) }
        case 6:
            if line.isNamed("sender", bytes) { return first(line, &sender) }
            if line.isNamed("stress", bytes) { return first(line, &stress) }
        case 7:
            if line.isNamed("request", bytes) { return first(line, &request) }
        case 8:
            if line.isNamed("queue_id", bytes) { return first(line, &queueID) }
            if line.isNamed("instance", bytes) { return first(line, &instance) }
        case 9:
            if line.isNamed("recipient", bytes) { return first(line, &recipient) }
            if line.isNamed("helo_name", bytes) { return first(line, &heloName) }
        case 11:
            if line.isNamed("client_name", bytes) { return first(line, &clientName) }
            if line.isNamed("client_port", bytes) { return first(line, &clientPort) }
            if line.isNamed("server_port", bytes) { return first(line, &serverPort) }
            if line.isNamed("sasl_method", bytes) { return first(line, &saslMethod) }
            if line.isNamed("sasl_sender", bytes) { return first(line, &saslSender) }
        case 13:
            if line.isNamed("protocol_name", bytes) { return first(line, &protocolName) }
            if line.isNamed("sasl_username", bytes) { return first(line, &saslUsername) }
        case 14:
            if line.isNamed("client_address", bytes) { return first(line, &clientAddress) }
            if line.isNamed("server_address", bytes) { return first(line, &serverAddress) }
            if line.isNamed("protocol_state", bytes) { return state(line, bytes, &seen) }
            if line.isNamed("policy_context", bytes) { return first(line, &policyContext) }
        case 15:
            if line.isNamed("recipient_count", bytes) {
                return try number(line, bytes, &recipientCount, &seen.recipientCount)
            }
        case 19:
            if line.isNamed("reverse_client_name", bytes) { return first(line, &reverseClientName) }
            if line.isNamed("encryption_protocol", bytes) { return first(line, &encryptionProtocol) }
        default: break
        }
    }

    /// A value never starts at 0, so that an attribute which was not seen yet is known by its lower bound.
    @inline(__always) private func first(_ line: AttributeLine, _ field: inout Range<Int>) {
        if field.lowerBound == 0 { field = line.value }
    }

    @inline(__always) private mutating func state(_ line: AttributeLine, _ bytes: RawSpan, _ seen: inout SeenScalars) {
        if seen.protocolState { return }
        seen.protocolState = true
        protocolState = ProtocolState(bytes, line.value)
    }

    @inline(__always) private func number(
        _ line: AttributeLine, _ bytes: RawSpan, _ field: inout Int, _ seen: inout Bool
    ) throws(PolicyRequestError) {
        let value = try line.decimal(bytes)
        if seen { return }
        seen = true
        field = value
    }

    private func checkName(_ bytes: RawSpan) throws(PolicyRequestError) {
        if request.lowerBound == 0 { throw .init(kind: .missingRequest, offset: 0) }
        if !bytes.holds("smtpd_access_policy", at: request) {
            throw .init(kind: .wrongRequest, offset: request.lowerBound, attribute: "request")
        }
    }

    /// Which attributes that are no range have been met.
    private struct SeenScalars {
        var size = false
        var recipientCount = false
        var protocolState = false
    }
}

extension PolicyRequest.ProtocolState {
    @inline(__always) init(_ bytes: RawSpan, _ value: Range<Int>) {
        self = .unknown
        switch value.count {
        case 4:
            if bytes.holds("RCPT", at: value) {
                self = .rcpt
            } else if bytes.holds("DATA", at: value) {
                self = .data
            } else if bytes.holds("MAIL", at: value) {
                self = .mail
            } else if bytes.holds("EHLO", at: value) {
                self = .ehlo
            } else if bytes.holds("HELO", at: value) {
                self = .helo
            } else if bytes.holds("VRFY", at: value) {
                self = .vrfy
            } else if bytes.holds("ETRN", at: value) {
                self = .etrn
            }
        case 7: if bytes.holds("CONNECT", at: value) { self = .connect }
        case 14: if bytes.holds("END-OF-MESSAGE", at: value) { self = .endOfMessage }
        default: break
        }
    }

    /// The word that Postfix uses, empty for `unknown`.
    package var name: String {
        switch self {
        case .connect: "CONNECT"
        case .ehlo: "EHLO"
        case .helo: "HELO"
        case .mail: "MAIL"
        case .rcpt: "RCPT"
        case .data: "DATA"
        case .endOfMessage: "END-OF-MESSAGE"
        case .vrfy: "VRFY"
        case .etrn: "ETRN"
        case .unknown: ""
        }
    }
}
