import FoundationEssentials

/// A request while it is being read: what is wrong with its method or parameters becomes a value, so that the answer can
/// still carry its id.
struct ReceivedRequest: Decodable {
    var id: JSONRPCID
    var call: Result<ControlCall, ControlError>

    private enum Members: String, CodingKey { case id, jsonrpc, method, params }
    private typealias Box = KeyedDecodingContainer<Members>

    init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: Members.self)
        id = (try? box.decode(JSONRPCID.self, forKey: .id)) ?? .null
        do {
            call = .success(try Self.call(in: box, id: id))
        } catch let error as ControlError {
            call = .failure(error)
        } catch let error as DecodingError {
            call = .failure(.invalidParameters(error.explanation(of: "params")))
        }
    }

    private static func call(in box: Box, id: JSONRPCID) throws -> ControlCall {
        guard (try? box.decode(String.self, forKey: .jsonrpc)) == JSONLine.version else {
            throw ControlError.invalidRequest("jsonrpc must be \"2.0\"")
        }
        guard let name = try? box.decode(String.self, forKey: .method) else {
            throw ControlError.invalidRequest("method must be a string")
        }
        // A notification would be an action that nobody is told the outcome of, so an engine performs none.
        guard id != .null else {
            throw ControlError.invalidRequest("id must be a string or a whole number")
        }
        guard let method = ControlMethod(rawValue: name) else { throw ControlMethod.unknown(name) }
        return try call(method, in: box)
    }

    private static func call(_ method: ControlMethod, in box: Box) throws -> ControlCall {
        switch method {
        case .hello:
            try expectNoParameters(in: box)
            return .hello
        case .reload:
            try expectNoParameters(in: box)
            return .reload
        case .view:
            let query = try parameters(ViewQuery.self, ViewQuery.memberNames, in: box)
            try query.checkPage(at: "params")
            return .view(query)
        case .subscribe: return .subscribe(try subscribeParameters(in: box))
        case .unsubscribe:
            return .unsubscribe(try parameters(SubscriptionParameters.self, ["subscription"], in: box))
        case .preview:
            try checkVerb(in: box)
            return .preview(try parameters(PreviewParameters.self, ["action"], in: box))
        case .perform:
            try checkVerb(in: box)
            return .perform(try parameters(Order.self, ["action", "reason", "seconds"], in: box))
        case .importAccounts:
            return .importAccounts(try parameters(ImportParameters.self, ["csv", "reason"], in: box, comparing: false))
        }
    }

    private static func expectNoParameters(in box: Box) throws {
        if let tree = try? box.decode(MemberTree.self, forKey: .params), let first = tree.names.first {
            throw ControlError.invalidParameters("params.\(first) is not known: this method takes none")
        }
    }

    private static func subscribeParameters(in box: Box) throws -> SubscribeParameters {
        let read = try parameters(SubscribeParameters.self, ["query", "framesPerSecond"], in: box)
        try read.query.checkPage(at: "params.query")
        let most = SubscribeParameters.maximumFramesPerSecond
        if let rate = read.framesPerSecond, !(rate > 0 && rate <= most) {
            throw ControlError.invalidParameters("params.framesPerSecond must be over 0 and at most \(Int(most))")
        }
        return read
    }

    /// - Parameter comparing: `false` leaves the search for unknown members out, where writing the value again is dear.
    private static func parameters<Value: Codable>(
        _ type: Value.Type, _ names: [String], in box: Box, comparing: Bool = true
    ) throws -> Value {
        let value = try box.decode(type, forKey: .params)
        guard comparing else { return value }
        let written = try JSONLine.decode(MemberTree.self, from: JSONLine.encode(value))
        let read = try box.decode(MemberTree.self, forKey: .params)
        if let (path, nearest) = read.surplus(over: written, known: names, at: "params") {
            let hint = nearest.map { "; did you mean \"\($0)\"?" } ?? ""
            throw ControlError.invalidParameters(path + " is not known" + hint)
        }
        return value
    }

    private enum ActionMember: String, CodingKey { case action }

    /// Names the nearest verb for an action that has none of ours; the synthesized decoder only counts members.
    private static func checkVerb(in box: Box) throws {
        guard let params = try? box.nestedContainer(keyedBy: ActionMember.self, forKey: .params),
            let tree = try? params.decode(MemberTree.self, forKey: .action)
        else { return }
        let known = OperatorAction.memberNames
        guard tree.names.count == 1, let name = tree.names.first else {
            throw ControlError.invalidParameters(
                "params.action must be an object with one member, one of " + known.joined(separator: ", "))
        }
        guard !known.contains(name) else { return }
        let hint = nearestName(to: name, among: known).map { "did you mean \"\($0)\"?" }
        throw ControlError.invalidParameters(
            "params.action.\(name) is no action; " + (hint ?? "there are " + known.joined(separator: ", ")))
    }
}

extension OperatorAction {
    /// The members of which an action's JSON has one.
    static let memberNames = [
        "suspend", "resume", "contain", "limit", "throttle", "whitelist", "block", "clear", "queue", "undo",
    ]
}

extension ViewQuery {
    static let memberNames = [
        "view", "subject", "filter", "sort", "descending", "offset", "limit", "held", "locate",
    ]

    /// - Throws: ``ControlError`` for a page that no engine sends.
    func checkPage(at path: String) throws {
        guard offset >= 0 else { throw ControlError.invalidParameters(path + ".offset must not be negative") }
        guard (0...Self.maximumRows).contains(limit) else {
            throw ControlError.invalidParameters(path + ".limit must be 0 to \(Self.maximumRows)")
        }
        guard (held?.count ?? 0) <= Self.maximumRows else {
            throw ControlError.invalidParameters(path + ".held must have at most \(Self.maximumRows) rows")
        }
    }
}
