import PostfixProtocols

@testable import SampleDay

/// The committed day, read once for all tests.
struct CommittedDay {
    struct Request {
        var time: Int64
        var connection: Int
        var state: PolicyRequest.ProtocolState
        var recipientCount: Int
        var gate: String
        var login: String
        var sender: String
        var recipient: String
        var client: String
        var instance: String
        var queueID: String
    }

    let requests: [Request]

    static let shared = Result { try CommittedDay() }

    private init() throws {
        var reader = SampleDayReader(try Gzip.decompress(Repository.samplePath("day.policy.gz")))
        var requests: [Request] = []
        while let record = try reader.next() {
            let bytes = reader.bytes[record.request]
            let request = try bytes.span.parsed()
            func text(_ range: Range<Int>) -> String {
                let start = record.request.lowerBound
                return String(
                    decoding: reader.bytes[start + range.lowerBound..<start + range.upperBound], as: UTF8.self)
            }
            requests.append(
                Request(
                    time: record.time, connection: record.connection, state: request.protocolState,
                    recipientCount: request.recipientCount, gate: text(request.policyContext),
                    login: text(request.saslUsername), sender: text(request.sender), recipient: text(request.recipient),
                    client: text(request.clientAddress), instance: text(request.instance),
                    queueID: text(request.queueID)))
        }
        self.requests = requests
    }
}

extension Span<UInt8> {
    fileprivate func parsed() throws -> PolicyRequest { try PolicyRequest.parse(self) }
}
