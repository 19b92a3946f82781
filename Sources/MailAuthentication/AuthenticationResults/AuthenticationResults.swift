/// An Authentication-Results field that was read (RFC 8601 section 2.2).
package struct AuthenticationResults: Hashable, Sendable {
    /// As it is written, without quotes.
    package var authservID: String
    /// In the order of the field; none where it says `none`.
    package var results: [MethodResult]

    /// Reads a field's value.
    ///
    /// It is read as strictly as trust needs and as laxly as what is about allows: values of any visible characters are
    /// taken, and a semicolon at the end; a property without a type is passed over.
    /// - Parameter fieldValue: what stands after the colon, with its folds.
    /// - Throws: ``AuthenticationResultsError``.
    package init(parsing fieldValue: some Collection<UInt8>) throws(AuthenticationResultsError) {
        var parser = AuthenticationResultsParser(fieldValue)
        self = try parser.read()
    }

    init(authservID: String, results: [MethodResult]) {
        self.authservID = authservID
        self.results = results
    }
}

/// Where and why a field cannot be read.
package struct AuthenticationResultsError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        case expected(String)
        case unsupportedVersion
        case tooLong(limit: Int)
        case tooMany(String, limit: Int)
        case commentsTooDeep(limit: Int)
    }

    /// In bytes from the start of the value.
    package var offset: Int
    package var kind: Kind

    package var description: String {
        let problem =
            switch kind {
            case .expected(let what): "expected \(what)"
            case .unsupportedVersion: "a version other than 1"
            case .tooLong(let limit): "more than \(limit) bytes"
            case .tooMany(let what, let limit): "more than \(limit) \(what)"
            case .commentsTooDeep(let limit): "comments more than \(limit) deep"
            }
        return "Authentication-Results, byte \(offset): \(problem)"
    }
}
