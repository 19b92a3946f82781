import FoundationEssentials

/// A request as it stands on a line: `{"id":1,"jsonrpc":"2.0","method":"view","params":{"view":"senders"}}`.
package struct ControlRequest: Sendable, Equatable {
    package var id: JSONRPCID
    package var call: ControlCall

    package init(id: JSONRPCID, call: ControlCall) {
        self.id = id
        self.call = call
    }

    /// A request that cannot be answered as asked, with the id to tell so under.
    package struct Refusal: Error, Sendable, Equatable {
        package var id: JSONRPCID
        package var error: ControlError
    }

    /// - Throws: ``Refusal``: no JSON (-32700), no request (-32600), no such method (-32601), or parameters that do not fit
    ///   it (-32602), naming the member.
    package static func decode(line: [UInt8]) throws(Refusal) -> Self {
        // JSON-RPC 2.0 section 6 lets a server do without batches; a client that wants order and one answer each sends
        // lines.
        if line.first(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) == UInt8(ascii: "[") {
            throw Refusal(id: .null, error: .invalidRequest("batches are not answered: send one request a line"))
        }
        let received: ReceivedRequest
        do {
            received = try JSONLine.decode(ReceivedRequest.self, from: line)
        } catch let error as DecodingError {
            throw Refusal(id: .null, error: Self.unreadable(error))
        } catch {
            throw Refusal(id: .null, error: Self.noJSON)
        }
        switch received.call {
        case .success(let call): return .init(id: received.id, call: call)
        case .failure(let error): throw Refusal(id: received.id, error: error)
        }
    }

    private static let noJSON = ControlError.parseError("this is no JSON: send one JSON-RPC 2.0 object a line")

    private static func unreadable(_ error: DecodingError) -> ControlError {
        switch error {
        case .dataCorrupted(let context) where context.codingPath.isEmpty: noJSON
        default: .invalidRequest(error.explanation(of: "a request"))
        }
    }
}

extension ControlRequest: Encodable {
    private enum Members: String, CodingKey { case id, jsonrpc, method, params }

    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: Members.self)
        try box.encode(id, forKey: .id)
        try box.encode(JSONLine.version, forKey: .jsonrpc)
        try box.encode(call.method.rawValue, forKey: .method)
        switch call {
        case .hello, .reload: break
        case .view(let query): try box.encode(query, forKey: .params)
        case .subscribe(let parameters): try box.encode(parameters, forKey: .params)
        case .unsubscribe(let parameters): try box.encode(parameters, forKey: .params)
        case .preview(let parameters): try box.encode(parameters, forKey: .params)
        case .perform(let order): try box.encode(order, forKey: .params)
        case .importAccounts(let parameters): try box.encode(parameters, forKey: .params)
        }
    }
}
