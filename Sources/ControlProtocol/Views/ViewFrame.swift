/// One answer to a ``ViewQuery``: the state of the engine, and what was asked for.
package struct ViewFrame: Codable, Sendable, Equatable {
    package var status: EngineStatus
    package var content: ViewContent

    package init(status: EngineStatus, content: ViewContent) {
        self.status = status
        self.content = content
    }
}

package enum ViewContent: Codable, Sendable, Equatable {
    case overview(Overview)
    case queue(Page<QueueRow>)
    case senders(Page<SenderRow>)
    case sources(Page<SourceRow>)
    case domains(Page<DomainRow>)
    case carriers(Page<CarrierRow>)
    case actions(Page<ActionRow>)
    case account(AccountDetail)
    case source(SourceDetail)
    case domain(DomainDetail)
    case carrier(CarrierDetail)
    case message(MessageDetail)
    case why(Page<VerdictRow>)
    case plans(Page<PlanRow>)
    /// The subject is not known to the engine, with the reason in words.
    case unknownSubject(String)

    // Written by hand so that a script reads `{"view":"senders","page":{…}}` instead of `{"senders":{"_0":{…}}}`.
    private enum CodingKeys: String, CodingKey { case view, page, detail, overview, message }
    private static let unknown = "unknown"

    package init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        let name = try box.decode(String.self, forKey: .view)
        if name == Self.unknown {
            self = .unknownSubject(try box.decode(String.self, forKey: .message))
            return
        }
        guard let view = ViewKind(rawValue: name) else {
            throw DecodingError.dataCorruptedError(forKey: .view, in: box, debugDescription: "no view named \(name)")
        }
        switch view {
        case .overview: self = .overview(try box.decode(Overview.self, forKey: .overview))
        case .queue: self = .queue(try box.decode(Page<QueueRow>.self, forKey: .page))
        case .senders: self = .senders(try box.decode(Page<SenderRow>.self, forKey: .page))
        case .sources: self = .sources(try box.decode(Page<SourceRow>.self, forKey: .page))
        case .domains: self = .domains(try box.decode(Page<DomainRow>.self, forKey: .page))
        case .carriers: self = .carriers(try box.decode(Page<CarrierRow>.self, forKey: .page))
        case .actions: self = .actions(try box.decode(Page<ActionRow>.self, forKey: .page))
        case .why: self = .why(try box.decode(Page<VerdictRow>.self, forKey: .page))
        case .plans: self = .plans(try box.decode(Page<PlanRow>.self, forKey: .page))
        case .account: self = .account(try box.decode(AccountDetail.self, forKey: .detail))
        case .source: self = .source(try box.decode(SourceDetail.self, forKey: .detail))
        case .domain: self = .domain(try box.decode(DomainDetail.self, forKey: .detail))
        case .carrier: self = .carrier(try box.decode(CarrierDetail.self, forKey: .detail))
        case .message: self = .message(try box.decode(MessageDetail.self, forKey: .detail))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        func put(_ view: ViewKind, _ value: some Encodable, _ key: CodingKeys) throws {
            try box.encode(view.rawValue, forKey: .view)
            try box.encode(value, forKey: key)
        }
        switch self {
        case .overview(let value): try put(.overview, value, .overview)
        case .queue(let page): try put(.queue, page, .page)
        case .senders(let page): try put(.senders, page, .page)
        case .sources(let page): try put(.sources, page, .page)
        case .domains(let page): try put(.domains, page, .page)
        case .carriers(let page): try put(.carriers, page, .page)
        case .actions(let page): try put(.actions, page, .page)
        case .why(let page): try put(.why, page, .page)
        case .plans(let page): try put(.plans, page, .page)
        case .account(let detail): try put(.account, detail, .detail)
        case .source(let detail): try put(.source, detail, .detail)
        case .domain(let detail): try put(.domain, detail, .detail)
        case .carrier(let detail): try put(.carrier, detail, .detail)
        case .message(let detail): try put(.message, detail, .detail)
        case .unknownSubject(let message):
            try box.encode(Self.unknown, forKey: .view)
            try box.encode(message, forKey: .message)
        }
    }
}

/// The visible rows of a table, and how many there are that are not shown.
package struct Page<Row: Codable & Sendable & Equatable & Identifiable>: Codable, Sendable, Equatable
where Row.ID == String {
    /// Rows in the table before the filter.
    package var total: Int
    /// Rows that the filter lets through.
    package var matched: Int
    package var offset: Int
    package var rows: [Row]
    /// Index, after filter and sort, of the row that the query asked to locate; `nil` when it is not there any more.
    package var located: Int?

    package init(total: Int, matched: Int, offset: Int, rows: [Row], located: Int? = nil) {
        self.total = total
        self.matched = matched
        self.offset = offset
        self.rows = rows
        self.located = located
    }
}
