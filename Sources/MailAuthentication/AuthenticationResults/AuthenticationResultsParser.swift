struct AuthenticationResultsParser {
    private typealias Text = AuthenticationResultsText

    private let bytes: [UInt8]
    private var index = 0

    static let longest = 64 << 10
    static let mostResults = 200
    static let mostProperties = 100
    static let deepestComment = 32

    init(_ value: some Collection<UInt8>) {
        bytes = Array(value.prefix(Self.longest + 1))
    }

    mutating func read() throws(AuthenticationResultsError) -> AuthenticationResults {
        if bytes.count > Self.longest { throw error(.tooLong(limit: Self.longest)) }
        try skipSpace()
        let id = try value()
        if id.isEmpty { throw error(.expected("an authserv-id")) }
        try skipSpace()
        try readVersion()
        var results: [MethodResult] = []
        while index < bytes.count {
            guard take(";") else { throw error(.expected("a semicolon")) }
            try skipSpace()
            if index == bytes.count { break }
            if results.count == Self.mostResults { throw error(.tooMany("results", limit: Self.mostResults)) }
            guard let result = try readResult() else {
                // `none` stands alone.
                guard index == bytes.count, results.isEmpty else { throw error(.expected("nothing beside none")) }
                break
            }
            results.append(result)
        }
        return AuthenticationResults(authservID: id, results: results)
    }

    private mutating func readVersion() throws(AuthenticationResultsError) {
        let start = index
        while index < bytes.count, Text.isDigit(bytes[index]) { index += 1 }
        guard index > start else { return }
        // Leading zeros are no other version.
        guard bytes[start..<index].drop(while: { $0 == UInt8(ascii: "0") }) == [UInt8(ascii: "1")] else {
            throw error(.unsupportedVersion, at: start)
        }
        try skipSpace()
    }

    /// nil for `none`.
    private mutating func readResult() throws(AuthenticationResultsError) -> MethodResult? {
        let method = try keyword("a method")
        try skipSpace()
        if method == "none", index == bytes.count || bytes[index] == UInt8(ascii: ";") {
            if take(";") { try skipSpace() }
            return nil
        }
        var version: Int?
        if take("/") {
            try skipSpace()
            let start = index
            while index < bytes.count, Text.isDigit(bytes[index]) { index += 1 }
            guard let number = Int(string(start..<index)) else { throw error(.expected("a version"), at: start) }
            version = number
            try skipSpace()
        }
        guard take("=") else { throw error(.expected("=")) }
        try skipSpace()
        var result = MethodResult(method: method, result: try keyword("a result"))
        result.version = version
        result.comment = try skipSpace()
        try readReasonAndProperties(&result)
        return result
    }

    private mutating func readReasonAndProperties(_ result: inout MethodResult) throws(AuthenticationResultsError) {
        while index < bytes.count, bytes[index] != UInt8(ascii: ";") {
            if result.properties.count == Self.mostProperties {
                throw error(.tooMany("properties", limit: Self.mostProperties))
            }
            let type = try keyword("a property", withoutFullStop: true)
            try skipSpace()
            if take("=") {
                // Some write properties without a type, which say nothing to anyone else.
                try skipSpace()
                let value = try value()
                if type == "reason" { result.reason = result.reason ?? value }
            } else {
                guard take(".") else { throw error(.expected("a full stop")) }
                try skipSpace()
                let name = try keyword("a property")
                try skipSpace()
                guard take("=") else { throw error(.expected("=")) }
                try skipSpace()
                result.properties.append(MethodResult.Property(type, name, try value()))
            }
            try skipSpace()
        }
    }

    // MARK: Words

    /// In lower case.
    private mutating func keyword(
        _ what: String, withoutFullStop: Bool = false
    ) throws(AuthenticationResultsError) -> String {
        let start = index
        while index < bytes.count, Text.isKeyword(bytes[index]),
            !(withoutFullStop && bytes[index] == UInt8(ascii: "."))
        {
            index += 1
        }
        if index == start { throw error(.expected(what)) }
        return String(decoding: bytes[start..<index].map(Text.lowercase), as: UTF8.self)
    }

    /// A run of what is neither space, comment, quote nor semicolon, or a quoted-string. One that is the local part of an
    /// address keeps its quotes.
    private mutating func value() throws(AuthenticationResultsError) -> String {
        let start = index
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return run() }
        let content = try quotedString()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "@") else { return content }
        let local = string(start..<index)
        return local + run()
    }

    private mutating func run() -> String {
        let start = index
        while index < bytes.count, !Text.isSpace(bytes[index]), !"();\"".utf8.contains(bytes[index]) { index += 1 }
        return string(start..<index)
    }

    private mutating func quotedString() throws(AuthenticationResultsError) -> String {
        let start = index
        var content: [UInt8] = []
        index += 1
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: content, as: UTF8.self)
            case UInt8(ascii: "\\") where index + 1 < bytes.count:
                content.append(bytes[index + 1])
                index += 2
            // A fold is the space after it (RFC 5322 section 3.2.4).
            case UInt8(ascii: "\r"), UInt8(ascii: "\n"): index += 1
            case let byte:
                content.append(byte)
                index += 1
            }
        }
        throw error(.expected("the end of the quoted-string"), at: start)
    }

    /// Passes over spaces, folds and comments.
    /// - Returns: what the first comment says.
    @discardableResult
    private mutating func skipSpace() throws(AuthenticationResultsError) -> String? {
        var first: String?
        while index < bytes.count {
            if Text.isSpace(bytes[index]) {
                index += 1
            } else if bytes[index] == UInt8(ascii: "(") {
                let comment = try comment()
                first = first ?? comment
            } else {
                break
            }
        }
        return first
    }

    private mutating func comment() throws(AuthenticationResultsError) -> String {
        let start = index
        var content: [UInt8] = []
        var depth = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "("):
                depth += 1
                if depth > Self.deepestComment { throw error(.commentsTooDeep(limit: Self.deepestComment), at: start) }
                if depth > 1 { content.append(byte) }
            case UInt8(ascii: ")"):
                depth -= 1
                if depth == 0 { return String(decoding: content, as: UTF8.self) }
                content.append(byte)
            case UInt8(ascii: "\\") where index < bytes.count:
                content.append(bytes[index])
                index += 1
            default: content.append(byte)
            }
        }
        throw error(.expected("the end of the comment"), at: start)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func error(_ kind: AuthenticationResultsError.Kind, at offset: Int? = nil) -> AuthenticationResultsError {
        AuthenticationResultsError(offset: offset ?? index, kind: kind)
    }
}
