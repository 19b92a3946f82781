import Testing

@testable import MailAuthentication

@Suite struct DKIMSignatureTests {
    private static let hash = "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="
    private static let base: [(String, String)] = [
        ("v", "1"), ("a", "rsa-sha256"), ("c", "relaxed/simple"), ("d", "example.org"), ("s", "sel"),
        ("h", "From : To\r\n :Subject"), ("bh", hash), ("b", "Zm9v\r\n\tYmFy"),
    ]

    private func read(_ changes: [String: String?]) -> Result<DKIMSignature, DKIMSignatureError> {
        var tags = Self.base
        for (name, value) in changes {
            tags.removeAll { $0.0 == name }
            if let value { tags.append((name, value)) }
        }
        let text = tags.map { "\($0.0)=\($0.1)" }.joined(separator: "; ")
        return Result { () throws(DKIMSignatureError) in try DKIMSignature(Array(text.utf8)[...]) }
    }

    private func error(_ changes: [String: String?]) -> DKIMSignatureError? {
        if case .failure(let error) = read(changes) { error } else { nil }
    }

    @Test func aSignatureIsReadWithItsDefaults() throws {
        let signature = try read(["c": nil]).get()
        #expect(signature.algorithm == .rsaSHA256)
        #expect(signature.keyName == "sel._domainkey.example.org")
        #expect(signature.headerCanonicalization == .simple)
        #expect(signature.bodyRequest == .init(.simple))
        #expect(signature.auid == "@example.org")
        #expect(signature.signature == Array("foobar".utf8))
        #expect(signature.signedNames.text == Array("from:to:subject".utf8))
        #expect(try read(["c": "relaxed"]).get().bodyRequest == .init(.simple))
        let full = try read(["i": "a=20b@mail.Example.org", "l": "12", "t": "5", "x": "6", "q": "x:dns/txt", "zz": ""])
            .get()
        #expect(full.auidDomain == "mail.example.org")
        #expect(full.bodyRequest == .init(.simple, length: 12))
        #expect(full.signedAt == 5 && full.expiresAt == 6)
    }

    @Test(arguments: ["v", "a", "d", "s", "h", "bh", "b"])
    func eachRequiredTagIsMissed(_ name: String) {
        #expect(error([name: nil]) == .missing(name))
        #expect(error([name: ""]) == .empty(name))
    }

    @Test func eachErrorIsToldApart() {
        #expect(error(["v": "2"]) == .unknownVersion("2"))
        #expect(error(["a": "dsa-md5"]) == .unknownAlgorithm("dsa-md5"))
        #expect(error(["c": "nofws"]) == .unknownCanonicalization("nofws"))
        #expect(error(["c": "simple/simple/simple"]) == .unknownCanonicalization("simple/simple/simple"))
        #expect(error(["q": "http"]) == .unknownQueryMethod("http"))
        #expect(error(["b": "!"]) == .badBase64("b"))
        #expect(error(["bh": "Zm9"]) == .badBase64("bh"))
        #expect(error(["bh": "Zm9v"]) == .badBodyHashLength(bytes: 3))
        #expect(error(["l": "-1"]) == .badNumber("l"))
        #expect(error(["t": "x"]) == .badNumber("t"))
        #expect(error(["x": String(repeating: "9", count: 77)]) == .badNumber("x"))
        #expect(error(["d": "org"]) == .badDomain("d", "org"))
        #expect(error(["d": "a..org"]) == .badDomain("d", "a..org"))
        #expect(error(["d": "a b.org"]) == .badDomain("d", "a b.org"))
        #expect(error(["s": "a/b"]) == .badDomain("s", "a/b"))
        #expect(error(["h": "to:from::date"]) == .badSignedNames)
        #expect(error(["h": "to:date"]) == .fromNotSigned)
        #expect(error(["i": "nobody"]) == .badIdentity("nobody"))
        #expect(error(["i": "@other.org"]) == .identityOutsideDomain("@other.org", "example.org"))
        #expect(error(["i": "@notexample.org"]) == .identityOutsideDomain("@notexample.org", "example.org"))
        #expect(error(["t": "9", "x": "8"]) == .expiresBeforeSigned)
    }

    /// `l=` has up to 76 digits (RFC 6376 section 3.5), whatever they come to.
    @Test(arguments: ["l", "t", "x"])
    func aNumberMayHaveZerosInFrontAndMayBeLargerThanAnyOther(_ tag: String) throws {
        func number(_ text: String) throws -> Int? {
            let signature = try read([tag: text]).get()
            switch tag {
            case "l": return signature.bodyRequest.length
            case "t": return signature.signedAt
            default: return signature.expiresAt
            }
        }
        #expect(try number("0") == 0)
        #expect(try number("000000000012") == 12)
        #expect(try number(String(repeating: "0", count: 74) + "12") == 12)
        #expect(try number("999999999999") == 999_999_999_999)
        #expect(try number("9223372036854775807") == .max)
        #expect(try number("9223372036854775808") == .max)
        #expect(try number(String(repeating: "9", count: 76)) == .max)
        for text in [String(repeating: "0", count: 77), "", "+1", "1 2", "0x1", "1.0"] {
            #expect(error([tag: text]) == .badNumber(tag))
        }
    }

    @Test func aReasonNeverCarriesControlCharacters() {
        let error = DKIMSignatureError.unknownAlgorithm("a\r\nX: y" + String(repeating: "z", count: 500))
        #expect(error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        #expect(error.description.count < 120)
    }
}
