/// One of the tables, pages or summaries that an engine can show.
package enum ViewKind: String, Codable, Sendable, CaseIterable {
    case overview, queue, senders, sources, domains, carriers, actions
    /// The page of one account, source, domain, carrier or message; ``ViewQuery/subject`` names it.
    case account, source, domain, carrier, message
    /// Verdicts with their explanation; ``ViewQuery/subject`` is an account, a source, a queue ID or an instance.
    case why
    /// Plans with their limits.
    case plans
}

/// What a client wants to see: the engine filters, sorts and pages, so that only visible rows travel.
package struct ViewQuery: Codable, Sendable, Equatable {
    package var view: ViewKind
    /// The one thing that a page or `why` is about.
    package var subject: String?
    /// Space-separated terms that must all hold: bare words match any text of the row; `column:text`,
    /// `column>number`, `column<number` and `column=number` match one column.
    package var filter: String
    /// The column to sort by, by its name in ``columns(of:)``; `nil` is the view's own order.
    package var sort: String?
    package var descending: Bool
    /// Index of the first row wanted, after filter and sort.
    package var offset: Int
    /// The most rows wanted; an engine sends no more than ``maximumRows``.
    package var limit: Int
    /// Identities whose rows keep their order at the top of the page: a client that holds its order still asks for
    /// the rows that it already shows.
    package var held: [String]?
    /// Identity of the selected row; the answer tells its index even when it lies outside the page.
    package var locate: String?

    package static let maximumRows = 1_000

    package init(
        _ view: ViewKind, subject: String? = nil, filter: String = "", sort: String? = nil, descending: Bool = true,
        offset: Int = 0, limit: Int = 50, held: [String]? = nil, locate: String? = nil
    ) {
        self.view = view
        self.subject = subject
        self.filter = filter
        self.sort = sort
        self.descending = descending
        self.offset = offset
        self.limit = limit
        self.held = held
        self.locate = locate
    }

    private enum CodingKeys: String, CodingKey {
        case view, subject, filter, sort, descending, offset, limit, held, locate
    }

    /// Only `view` must be there, so that `{"view":"senders"}` is enough for a script.
    package init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        let name = try box.decode(String.self, forKey: .view)
        guard let view = ViewKind(rawValue: name) else {
            let known = ViewKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                forKey: .view, in: box, debugDescription: "no view is named \"\(name)\"; there are \(known)")
        }
        self.init(
            view,
            subject: try box.decodeIfPresent(String.self, forKey: .subject),
            filter: try box.decodeIfPresent(String.self, forKey: .filter) ?? "",
            sort: try box.decodeIfPresent(String.self, forKey: .sort),
            descending: try box.decodeIfPresent(Bool.self, forKey: .descending) ?? true,
            offset: try box.decodeIfPresent(Int.self, forKey: .offset) ?? 0,
            limit: try box.decodeIfPresent(Int.self, forKey: .limit) ?? 50,
            held: try box.decodeIfPresent([String].self, forKey: .held),
            locate: try box.decodeIfPresent(String.self, forKey: .locate))
    }

    /// Names of the columns that a view can be sorted and filtered by, its own order first.
    package static func columns(of view: ViewKind) -> [String] {
        switch view {
        case .queue: ["age", "account", "sender", "recipient", "carrier", "size", "state", "reason", "instance"]
        case .senders: ["used", "account", "plan", "age", "rate", "networks", "refused", "state", "queued"]
        case .sources: ["score", "source", "messages", "refused", "unknown", "accounts", "seen", "state"]
        case .domains: ["own", "domain", "messages", "spf", "senderid", "dkim", "dmarc", "arc", "new"]
        case .carriers: ["carrier", "rate", "actual", "waiting", "queued", "deferred"]
        case .actions: ["at", "actor", "verb", "target", "state"]
        default: []
        }
    }
}
