import MailAuthentication
import MailPolicy
import Synchronization

/// A DNS of a few names, and a list of what was asked of it.
final class Zone: Resolver {
    enum Entry {
        case record(RecordType, Record)
        case cname(DomainName)
        /// From here on there is no answer.
        case timeout
        case failure(ResolverFailure)
    }

    private let entries: [DomainName: [Entry]]
    private let askedQuestions = Mutex<[Question]>([])

    init(_ entries: [DomainName: [Entry]]) { self.entries = entries }

    /// Lines of `name type data`; `TXT` takes the rest of its line, and `name TYPE !servfail` fails.
    convenience init(_ lines: String) {
        var entries: [DomainName: [Entry]] = [:]
        for line in lines.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            entries[DomainName(parts[0]), default: []].append(Self.entry(parts[1], parts.count > 2 ? parts[2] : ""))
        }
        self.init(entries)
    }

    private static func entry(_ type: String, _ data: String) -> Entry {
        switch type {
        case "A": .record(.a, .address(IPAddress(data)!))
        case "AAAA": .record(.aaaa, .address(IPAddress(data)!))
        case "MX": .record(.mx, .mx(preference: 10, exchange: DomainName(data)))
        case "PTR": .record(.ptr, .ptr(DomainName(data)))
        case "TXT": .record(.txt, .text(Array(data.utf8)))
        case "CNAME": .cname(DomainName(data))
        case "TIMEOUT": .timeout
        case "SERVFAIL": .failure(.serverFailed)
        default: fatalError("\(type) in a test's zone")
        }
    }

    var asked: [Question] { askedQuestions.withLock { $0 } }

    func answer(to question: Question) async -> Answer {
        askedQuestions.withLock { $0.append(question) }
        var name = question.name
        for _ in 0..<10 {
            guard let entries = entries[name] else { return Answer(.noSuchName) }
            var records: [Record] = []
            var alias: DomainName?
            for entry in entries {
                switch entry {
                case .record(question.type, let record): records.append(record)
                case .record: break
                case .cname(let target): alias = target
                case .timeout where records.isEmpty: return Answer(.failed(.timedOut))
                case .timeout: break
                case .failure(let failure): return Answer(.failed(failure))
                }
            }
            guard records.isEmpty, let alias else {
                return Answer(records.isEmpty ? .noData : .records(records))
            }
            name = alias
        }
        return Answer(.failed(.malformed))
    }
}

/// The result of one check against a zone, whose time and receiver are made up.
func check(
    _ identity: SPFIdentity, from address: String, helo: String = "mail.example.net", in zone: Zone,
    trace: Bool = false
) async -> SPFOutcome {
    let check = SPFCheck(
        resolver: zone, records: SPFRecordCache(records: 100, bytes: 1 << 20), receiver: "mx.example.net")
    return await check.check(
        identity, client: SPFClient(address: IPAddress(address)!, helo: helo), time: Moment(1_764_000_000_000),
        trace: trace)
}
