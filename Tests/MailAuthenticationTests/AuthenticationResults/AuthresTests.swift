import Foundation
import Testing

@testable import MailAuthentication

/// Against Python's authres, Debian's python3-authres.
@Suite struct AuthresTests {
    private struct Read: Decodable {
        struct Header: Decodable {
            var authservID: String
            var results: [Result]
        }

        struct Result: Decodable {
            var method: String
            var result: String
            var reason: String?
            var properties: [[String]]
        }

        var text: String
        var header: Header?
        var error: String?
    }

    private func run(_ arguments: [String], input: Data = Data()) throws -> [Read] {
        let driver = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("read-with-authres.py")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("authres-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (source, target) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        try input.write(to: source)
        try Data().write(to: target)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-I", driver.path] + arguments
        process.standardInput = try FileHandle(forReadingFrom: source)
        process.standardOutput = try FileHandle(forWritingTo: target)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "the driver failed: is python3-authres installed?")
        return try JSONDecoder().decode([Read].self, from: Data(contentsOf: target))
    }

    private func expectSame(_ ours: AuthenticationResults, _ theirs: Read) throws {
        let header = try #require(theirs.header, "\(theirs.text): \(theirs.error ?? "")")
        #expect(ours.authservID.lowercased() == header.authservID, "\(theirs.text)")
        #expect(ours.results.map(\.method) == header.results.map(\.method), "\(theirs.text)")
        for (own, other) in zip(ours.results, header.results) {
            #expect(own.result == other.result, "\(theirs.text)")
            #expect(own.reason == other.reason.map(unescaped), "\(theirs.text)")
            #expect(
                own.properties.map { [$0.type, $0.name, $0.value] }
                    == other.properties.map { property in
                        [property[0], property[1], unescaped(property[2])]
                    }, "\(theirs.text)")
        }
    }

    /// authres leaves the quoted-pairs of a quoted-string as they are.
    private func unescaped(_ text: String) -> String {
        // A local part in quotes is left so by both.
        if text.hasPrefix("\"") { return text }
        return text.replacing(#/\\(.)/#) { $0.output.1 }
    }

    @Test func whatIsWrittenIsReadBackByAuthres() throws {
        var generator = Generator(state: 20_260_101)
        var fields: [[MethodResult]] = []
        for _ in 0..<2_000 { fields.append(generator.results()) }
        for lineEnding in [AuthenticationResultsWriter.LineEnding.crlf, .lf] {
            let writer = AuthenticationResultsWriter(lineEnding: lineEnding)
            let texts = fields.map { writer.write(authservID: "mx.example.org", results: $0) }
            let read = try run(["values"], input: JSONEncoder().encode(texts))
            #expect(read.count == texts.count)
            for (index, theirs) in read.enumerated() {
                let ours = try AuthenticationResults(parsing: Array(texts[index].utf8))
                try expectSame(ours, theirs)
                expectMeant(ours, fields[index], texts[index])
                #expect(
                    AuthenticationResults.claims(authservID: "mx.example.org", fieldValue: Array(texts[index].utf8)))
            }
        }
    }

    /// What was read is what was meant, but for bytes that cannot be written.
    private func expectMeant(_ field: AuthenticationResults, _ results: [MethodResult], _ text: String) {
        #expect(field.results.map(\.method) == results.map(\.method), "\(text)")
        for (read, meant) in zip(field.results, results) {
            #expect(read.result == meant.result)
            #expect(read.properties.count == meant.properties.count, "\(text)")
            for property in meant.properties where property.value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
                // An address whose local part needs quotes has them now.
                let isAddress = property.value.contains("@")
                #expect(isAddress || read.properties.contains(property), "\(text)")
            }
        }
    }

    @Test func authresOwnTextsAreReadAlike() throws {
        let variable = "SEKISHO_TEST_DATA"
        let root = try #require(
            ProcessInfo.processInfo.environment[variable],
            "set \(variable) to the folder with the unpacked source distribution of authres")
        let folder = try #require(
            FileManager.default.contentsOfDirectory(atPath: root).first {
                $0.hasPrefix("authres-") && !$0.hasSuffix(".gz")
            }, "\(root) has no authres-*; pip download --no-binary :all: authres")
        let read = try run(["texts", "\(root)/\(folder)/authres/tests"])
        #expect(read.count >= 20)
        for theirs in read {
            try expectSame(try AuthenticationResults(parsing: Array(theirs.text.utf8)), theirs)
        }
    }
}

/// Results as they might be, with odd values in them.
private struct Generator {
    var state: UInt64

    private mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

    private mutating func text(_ length: Int) -> String {
        let characters = Array("abcXYZ019 .-_@()\"\\;:,/=?<>[]+!#\t\r\n\0\u{e9}\u{3042}")
        return String((0..<below(length + 1)).map { _ in pick(characters) })
    }

    mutating func results() -> [MethodResult] {
        (0..<below(6)).map { _ in
            var result = MethodResult(
                method: pick(["spf", "dkim", "dmarc", "sender-id", "arc", "iprev", "auth"]),
                result: pick(["pass", "fail", "none", "softfail", "neutral", "temperror", "permerror", "policy"]))
            if below(2) == 0 { result.reason = text(40) }
            if below(2) == 0 { result.comment = text(40) }
            for _ in 0..<below(5) { result.properties.append(property()) }
            // authres takes a quoted-string for a property's value only at the end of a result: one a result.
            if below(3) == 0 {
                result.properties.append(.init("header", "b", pick(["oINEO8hg", "Qgi/FoC0", "a+b/c=", text(30)])))
            }
            return result
        }
    }

    private mutating func property() -> MethodResult.Property {
        let (type, name) = pick([
            ("smtp", "mailfrom"), ("smtp", "helo"), ("header", "from"), ("header", "d"), ("header", "i"),
            ("header", "a"),
            ("header", "s"), ("policy", "dmarc"), ("policy", "iprev"), ("smtp", "remote-ip"),
        ])
        let local = pick(["a", "a.b", "a b", "\"a b\"", "SRS0=x=y", "", "a@b", "a\"b", "x;y", "(c)", text(12)])
        return .init(
            type, name,
            pick([local + "@example.net", "example.net", "sel_1.example.net", "rsa-sha256", "192.0.2.1", "reject"]))
    }
}
