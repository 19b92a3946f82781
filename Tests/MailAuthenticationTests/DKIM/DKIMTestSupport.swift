import Foundation
import MailPolicy
import Synchronization

@testable import MailAuthentication

/// A DNS that holds key records, and fails where it is told to.
final class KeyZone: Resolver {
    private let answers: Mutex<[DomainName: Answer]>
    private let asked = Mutex<[DomainName]>([])

    init(_ records: [String: [String]] = [:]) {
        answers = Mutex(
            Dictionary(
                uniqueKeysWithValues: records.map { name, texts in
                    (DomainName(name), Answer(.records(texts.map { .text(Array($0.utf8)) })))
                }))
    }

    func set(_ name: String, _ answer: Answer) {
        answers.withLock { $0[DomainName(name)] = answer }
    }

    func publish(_ pair: DKIMKeyPair, _ selector: String, _ domain: String) {
        set("\(selector)._domainkey.\(domain)", Answer(.records([.text(Array(pair.recordText.utf8))])))
    }

    var questions: [DomainName] { asked.withLock { $0 } }

    func answer(to question: Question) async -> Answer {
        asked.withLock { $0.append(question.name) }
        return answers.withLock { $0[question.name] } ?? Answer(.noSuchName)
    }
}

/// A message as it stands on the wire: fields and body, with CRLF.
struct TestMessage {
    var fields: [[UInt8]] = []
    var body: [UInt8] = []

    init() {}

    /// Takes LF for CRLF if there is no CR in it at all.
    init(_ text: String) { self.init(Array(text.utf8)) }

    init(_ raw: [UInt8]) {
        let bytes =
            raw.contains(0x0D)
            ? raw : Array(raw.split(separator: 0x0A, omittingEmptySubsequences: false).joined(separator: [0x0D, 0x0A]))
        var start = 0
        var place = 0
        while place < bytes.count {
            guard bytes[place...].starts(with: [0x0D, 0x0A]) else {
                place += 1
                continue
            }
            if place == start {
                body = Array(bytes[(place + 2)...])
                return
            }
            let next = place + 2
            if next < bytes.count, bytes[next] == 0x20 || bytes[next] == 0x09 {
                place = next
                continue
            }
            fields.append(Array(bytes[start..<place]))
            start = next
            place = next
        }
        if start < bytes.count { fields.append(Array(bytes[start...])) }
    }

    mutating func prepend(_ name: String, _ value: [UInt8]) {
        fields.insert(Array("\(name):".utf8) + value, at: 0)
    }

    var header: MessageHeader {
        var header = MessageHeader()
        for field in fields {
            let colon = field.firstIndex(of: UInt8(ascii: ":")) ?? field.count
            header.append(name: field[..<colon], value: field[min(colon + 1, field.count)...])
        }
        return header
    }

    var bytes: [UInt8] {
        fields.flatMap { $0 + [0x0D, 0x0A] } + [0x0D, 0x0A] + body
    }

    func verify(
        _ zone: KeyZone, at seconds: Int64 = TestTime.seconds, settings: DKIMVerifier.Settings = .init(),
        trace: ((DKIMStep) -> Void)? = nil
    ) async -> [DKIMOutcome] {
        let verifier = DKIMVerifier(resolver: zone, settings: settings)
        let header = header
        var hasher = BodyHasher()
        let signatures = verifier.read(header, into: &hasher)
        hasher.update(body)
        return await verifier.verify(
            signatures, of: header, body: hasher.finish(), at: Moment(seconds * 1000), trace: trace)
    }

    mutating func sign(_ signer: DKIMSigner, at seconds: Int64 = TestTime.seconds) throws {
        let header = header
        var hasher = BodyHasher()
        signer.prepare(&hasher)
        hasher.update(body)
        for value in try signer.sign(header, body: hasher.finish(), at: Moment(seconds * 1000)).reversed() {
            prepend("DKIM-Signature", value)
        }
    }

    func validate(_ zone: KeyZone, at seconds: Int64 = TestTime.seconds) async -> ARCOutcome {
        let validator = ARCValidator(resolver: zone)
        let header = header
        var hasher = BodyHasher()
        let chain = validator.read(header, into: &hasher)
        hasher.update(body)
        return await validator.validate(chain, of: header, body: hasher.finish(), at: Moment(seconds * 1000))
    }

    /// Validates and seals, as a host that forwards the message does.
    mutating func seal(
        _ sealer: ARCSealer, _ zone: KeyZone, results: String, at seconds: Int64 = TestTime.seconds
    ) async throws {
        let validator = ARCValidator(resolver: zone)
        let header = header
        let time = Moment(seconds * 1000)
        var hasher = BodyHasher()
        let chain = validator.read(header, into: &hasher)
        sealer.prepare(&hasher)
        hasher.update(body)
        let body = hasher.finish()
        let outcome = await validator.validate(chain, of: header, body: body, at: time)
        let fields = try sealer.seal(
            header, chain: chain, outcome: outcome, authenticationResults: Array(results.utf8), body: body, at: time)
        prepend("ARC-Authentication-Results", fields.authenticationResults)
        prepend("ARC-Message-Signature", fields.messageSignature)
        prepend("ARC-Seal", fields.seal)
    }
}

enum TestTime {
    /// 2026-11-25; the signatures of the examples are older, none of the tests' own is younger.
    static let seconds: Int64 = 1_795_600_000
}

/// Keys that are made once a test run; making them costs more than most tests.
enum TestKeys {
    static let rsa1024 = make(.rsa(bits: 1024))
    static let rsa2048 = make(.rsa(bits: 2048))
    static let ed25519 = make(.ed25519)

    private static func make(_ kind: DKIMKeyPair.Kind) -> DKIMKeyPair { try! DKIMKeyPair.generate(kind) }

    /// Both of a domain, with their records in a zone.
    static func zone(_ domain: String) -> KeyZone {
        let zone = KeyZone()
        zone.publish(rsa2048, "rsa", domain)
        zone.publish(ed25519, "ed", domain)
        return zone
    }

    static func signer(_ domain: String, _ change: (inout DKIMSigner.Settings) -> Void = { _ in }) -> DKIMSigner {
        var settings = DKIMSigner.Settings()
        change(&settings)
        return DKIMSigner(
            domain: DomainName(domain),
            keys: [
                .init(selector: "rsa", privateKey: rsa2048.privateKey),
                .init(selector: "ed", privateKey: ed25519.privateKey),
            ], settings: settings)
    }
}

/// A generator whose numbers follow from its seed (SplitMix64).
struct MailRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}

/// Messages with what the wild has: odd folding and spaces, repeated and strange fields, bodies that are empty, end in empty
/// lines, or hold 8-bit and very long lines. All line ends are CRLF, and a body that is not empty ends in one.
enum OddMessages {
    static func make(seed: UInt64) -> TestMessage {
        var random = MailRandom(seed: seed)
        var message = TestMessage()
        func field(_ name: String, _ value: String) {
            message.fields.append(Array("\(name):\(value)".utf8))
        }
        field("Received", " from a.example.org\r\n\tby b.example.org;\r\n\tWed, 25 Nov 2026 10:00:00 +0900")
        if random.next() % 3 == 0 { field("Received", " from c.example.org by a.example.org") }
        field(casing("From", &random), space(&random) + "Taro <taro@example.org>" + tail(&random))
        field(casing("To", &random), space(&random) + "a@example.com,\r\n \t b@example.com" + tail(&random))
        if random.next() % 8 != 0 { field(casing("Subject", &random), space(&random) + words(&random) + tail(&random)) }
        if random.next() % 4 == 0 { field("Subject", " a second \t subject") }
        field("Date", " Wed, 25 Nov 2026 10:00:00 +0900")
        field("Message-ID", space(&random) + "<\(random.next())@example.org>")
        if random.next() % 2 == 0 { field("MIME-Version", " 1.0") }
        if random.next() % 5 == 0 { field("X-Empty", "") }
        if random.next() % 5 == 0 { field("References", " <a@b>\r\n\t<c@d>\r\n  <e@f>") }
        if random.next() % 6 == 0 { field("Content-Type", " text/plain;charset=utf-8;\r\n   x=\"  a  b \"") }
        message.body = body(&random)
        return message
    }

    private static func casing(_ name: String, _ random: inout MailRandom) -> String {
        switch random.next() % 3 {
        case 0: name.uppercased()
        case 1: name.lowercased()
        default: name
        }
    }

    private static func space(_ random: inout MailRandom) -> String {
        ["", " ", "  ", "\t", "\r\n ", " \r\n\t "].randomElement(using: &random)!
    }

    private static func tail(_ random: inout MailRandom) -> String {
        ["", "", " ", "\t ", "  "].randomElement(using: &random)!
    }

    private static func words(_ random: inout MailRandom) -> String {
        (0..<Int(random.next() % 12 + 1)).map { _ in
            ["hello", "a\tb", "関所", "=?utf-8?B?5pel5pys?=", "x  y", ";", "b=", "\r\n z", ":"].randomElement(
                using: &random)!
        }.joined(separator: " ")
    }

    private static func body(_ random: inout MailRandom) -> [UInt8] {
        var text: [UInt8] = []
        let lines = [0, 0, 1, 2, 5, 30].randomElement(using: &random)!
        for _ in 0..<lines {
            switch random.next() % 9 {
            case 0: break
            case 1: text += "trailing  \t ".utf8
            case 2: text += "  leading and   inner\t\tspaces".utf8
            case 3: text += " \t ".utf8
            case 4: text += (0..<40).map { _ in UInt8.random(in: 0x80...0xFF, using: &random) }
            case 5: text += "日本語の本文 ".utf8
            case 6: text += [UInt8](repeating: UInt8(ascii: "x"), count: Int(random.next() % 3000))
            case 7: text += "..dots and From here".utf8
            default: text += "An ordinary line.".utf8
            }
            text += [0x0D, 0x0A]
        }
        for _ in 0..<(random.next() % 3 == 0 ? random.next() % 4 : 0) { text += [0x0D, 0x0A] }
        return text
    }
}
