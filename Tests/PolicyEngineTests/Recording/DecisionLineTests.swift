import Foundation
import MailPolicy
import PostfixProtocols
import Testing

@testable import PolicyEngine

@Suite struct DecisionLineTests {
    private static let hostile = [
        "a@isp.example", "\"quoted\\\"@isp.example", "a b=c@isp.example", "x\ty@isp.example", "\u{1B}[2J@isp.example",
        "verdict=accepted rule=passed", "山田@isp.example", "\u{7F}", "\\", "\"", "=", "a\u{85}b", "\u{2028}",
        "}{\",\"verdict\":\"accepted",
    ]

    /// The line of one refused request.
    private func line(sender: String, format: DecisionLine.Format) throws -> String {
        let rulebook = try ConfigurationText.parse(ServedGates.rules).rulebook
        let gatehouse = Gatehouse(
            gatekeeper: Gatekeeper(rulebook: rulebook, seed: 1), verdictsKept: 100,
            clock: EngineClock { Moment(steady: 1_795_496_400_000, wall: 1_795_496_400_000) })
        let text = Array(PolicyText.request(queueID: "4jZ2Cn6sd0z2NG95", sender: sender).utf8)
        let request = try GateRequest(PolicyRequest.parse(text.span), in: text.span, boundTo: nil)
        var connection = Connection()
        _ = gatehouse.decide(request, in: text.span, on: &connection)
        var excerpt = JournalExcerpt()
        _ = gatehouse.withState { state, _ in state.journal.copy(from: 1, limit: 10, into: &excerpt) }
        var line: [UInt8] = []
        var writer = DecisionLine(format: format, carriers: [])
        writer.append(try #require(excerpt.records.first), of: excerpt, to: &line)
        return String(decoding: line, as: UTF8.self)
    }

    @Test(arguments: hostile) func eachJSONLineParsesWhateverTheClientSends(_ sender: String) throws {
        let line = try line(sender: sender, format: .json)
        #expect(line.hasSuffix("}\n"))
        #expect(line.utf8.filter { $0 == 0x0A }.count == 1)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["sender"] as? String == sender)
        #expect(object["login"] as? String == "a@isp.example")
        #expect(object["queue_id"] as? String == "4jZ2Cn6sd0z2NG95")
        #expect(object["verdict"] as? String == (sender == "a@isp.example" ? "accepted" : "refused"))
    }

    @Test(arguments: hostile) func eachLogfmtLineParsesWhateverTheClientSends(_ sender: String) throws {
        let line = try line(sender: sender, format: .logfmt)
        #expect(line.utf8.filter { $0 == 0x0A }.count == 1)
        let pairs = try #require(Logfmt.parse(line), "\(line)")
        #expect(
            pairs.filter { $0.key == "verdict" }.map(\.value) == [sender == "a@isp.example" ? "accepted" : "refused"])
        #expect(pairs.first { $0.key == "sender" }?.value == sender)
        #expect(pairs.first { $0.key == "queue_id" }?.value == "4jZ2Cn6sd0z2NG95")
    }
}

/// Reads logfmt: `key=value`, or `key="value"` with JSON's escapes.
private enum Logfmt {
    static func parse(_ line: String) -> [(key: String, value: String)]? {
        var pairs: [(key: String, value: String)] = []
        var rest = line.unicodeScalars.dropLast()
        while !rest.isEmpty {
            guard let equals = rest.firstIndex(of: "=") else { return nil }
            let key = String(rest[..<equals])
            guard key.allSatisfy({ $0.isLowercase || $0 == "_" }) else { return nil }
            rest = rest[rest.index(after: equals)...]
            var raw = String.UnicodeScalarView()
            if rest.first == "\"" {
                raw.append(rest.removeFirst())
                while let scalar = rest.popFirst() {
                    raw.append(scalar)
                    if scalar == "\\", let next = rest.popFirst() { raw.append(next) }
                    if scalar == "\"" { break }
                }
                guard let text = try? JSONDecoder().decode(String.self, from: Data(String(raw).utf8)) else {
                    return nil
                }
                pairs.append((key, text))
            } else {
                while let scalar = rest.first, scalar != " " {
                    raw.append(rest.removeFirst())
                    _ = scalar
                }
                pairs.append((key, String(raw)))
            }
            guard rest.isEmpty || rest.popFirst() == " " else { return nil }
        }
        return pairs
    }
}
