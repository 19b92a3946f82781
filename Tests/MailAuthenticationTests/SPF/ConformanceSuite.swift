import Foundation
import MailAuthentication
import MailPolicy
import Yams

/// The test suites of the SPF project, out of pyspf's source distribution.
struct ConformanceSuite {
    struct Case {
        var name: String
        var scenario: String
        var client: SPFClient
        var mailFrom: String
        var results: [SPFResult]
        /// `nil` where the suite says nothing of it.
        var explanation: String?
        var zone: Zone
    }

    struct Problem: Error, CustomStringConvertible {
        var description: String
    }

    var cases: [Case]

    /// - Parameter file: `rfc7208-tests.yml` or `rfc4408-tests.yml`.
    init(file: String) throws {
        let text = try String(contentsOf: Self.folder().appending(path: "test/\(file)"), encoding: .utf8)
        cases = try Yams.compose_all(yaml: text).flatMap(Self.cases)
    }

    private static func folder() throws -> URL {
        let help = "set SEKISHO_TEST_DATA to a folder that holds PyPI's pyspf, unpacked: pyspf-*/test/rfc7208-tests.yml"
        guard let data = ProcessInfo.processInfo.environment["SEKISHO_TEST_DATA"] else {
            throw Problem(description: help)
        }
        let folder = URL(filePath: data)
        let names = try FileManager.default.contentsOfDirectory(atPath: data).sorted()
        for name in names where name.hasPrefix("pyspf-") && folder.appending(path: "\(name)/test").isFolder {
            return folder.appending(path: name)
        }
        throw Problem(description: "no pyspf in \(data); \(help)")
    }

    private static func cases(of scenario: Node) throws -> [Case] {
        guard let tests = scenario["tests"]?.mapping, let description = scenario["description"]?.string,
            let zone = scenario["zonedata"]?.mapping
        else { throw Problem(description: "a scenario without tests or zonedata") }
        let entries = try self.entries(zone)
        return try tests.map { name, test in
            guard let name = name.string, let host = test["host"]?.text, let address = IPAddress(host),
                let helo = test["helo"]?.text, let mailFrom = test["mailfrom"]?.text,
                let result = test["result"]
            else { throw Problem(description: "a case of \(description) that cannot be read") }
            return Case(
                name: name, scenario: description, client: SPFClient(address: address, helo: helo),
                mailFrom: mailFrom, results: result.texts.compactMap { SPFResult(rawValue: $0) },
                explanation: test["explanation"]?.text, zone: Zone(entries))
        }
    }

    private static func entries(_ zone: Node.Mapping) throws -> [DomainName: [Zone.Entry]] {
        var entries: [DomainName: [Zone.Entry]] = [:]
        for (name, list) in zone {
            guard let name = name.text, let list = list.sequence else {
                throw Problem(description: "zonedata that cannot be read")
            }
            // Records of the type SPF are published as TXT too, unless the name has TXT records of its own.
            let hasOwnText = list.contains { $0.mapping?["TXT"] != nil }
            entries[DomainName(name), default: []] += try list.flatMap { try self.entries($0, spfIsText: !hasOwnText) }
        }
        return entries
    }

    private static func entries(_ node: Node, spfIsText: Bool) throws -> [Zone.Entry] {
        if node.text == "TIMEOUT" { return [.timeout] }
        guard let (type, data) = node.mapping?.first, let type = type.text else {
            throw Problem(description: "a record that cannot be read")
        }
        let texts = data.texts
        switch type {
        case "A": return [.record(.a, .address(IPAddress(texts[0])!))]
        case "AAAA": return [.record(.aaaa, .address(IPAddress(texts[0])!))]
        case "PTR": return [.record(.ptr, .ptr(DomainName(texts[0])))]
        case "CNAME": return [.cname(DomainName(texts[0]))]
        case "MX":
            return [.record(.mx, .mx(preference: UInt16(texts[0])!, exchange: DomainName(texts[1])))]
        case "TXT", "SPF":
            if texts == ["NONE"] { return [] }
            let record = Record.text(Array(texts.joined().utf8))
            if type == "TXT" { return [.record(.txt, record)] }
            return [.record(.spf, record)] + (spfIsText ? [.record(.txt, record)] : [])
        default: throw Problem(description: "a record of type \(type)")
        }
    }
}

extension Node {
    /// The scalar as it is written, whatever type YAML would give it.
    fileprivate var text: String? { scalar?.string }

    fileprivate var texts: [String] { sequence?.compactMap(\.text) ?? text.map { [$0] } ?? [] }
}

extension URL {
    fileprivate var isFolder: Bool { (try? resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false }
}
