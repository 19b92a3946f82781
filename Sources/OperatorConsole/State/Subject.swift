import ControlProtocol

/// The thing that a row or a page is about: what a verb acts on and what Enter opens.
enum Subject: Hashable, Sendable {
    case account(String)
    case source(String)
    case carrier(String)
    case domain(String)
    case message(id: String)
    case plan(String)
    case action(number: Int64)
    case verdict(number: Int64)
    /// One limit of an account: its text.
    case limit(account: String, text: String)

    /// As it is named in titles and messages.
    var name: String {
        switch self {
        case .account(let name), .source(let name), .carrier(let name), .domain(let name): name
        case .message(let id): "message " + id
        case .plan(let name): "plan " + name
        case .action(let number): "#\(number)"
        case .verdict(let number): "verdict \(number)"
        case .limit(let account, _): account
        }
    }

    /// What kind of thing it is, for "a source cannot be suspended".
    var kind: String {
        switch self {
        case .account: "an account"
        case .source: "a source"
        case .carrier: "a carrier"
        case .domain: "a domain"
        case .message: "a message"
        case .plan: "a plan"
        case .action: "an action"
        case .verdict: "a verdict"
        case .limit: "a limit"
        }
    }
}
