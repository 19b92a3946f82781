/// What an engine answers to one request, under the request's id.
package struct ControlResponse: Sendable, Equatable {
    package var id: JSONRPCID
    package var outcome: Result<ControlResult, ControlError>

    package init(id: JSONRPCID, outcome: Result<ControlResult, ControlError>) {
        self.id = id
        self.outcome = outcome
    }
}

/// What a call gave: the method that was called tells which.
package enum ControlResult: Sendable, Equatable, Encodable {
    case hello(HelloAnswer)
    case frame(ViewFrame)
    case subscription(SubscriptionParameters)
    case preview(Preview)
    case receipt(Receipt)

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .hello(let value): try value.encode(to: encoder)
        case .frame(let value): try value.encode(to: encoder)
        case .subscription(let value): try value.encode(to: encoder)
        case .preview(let value): try value.encode(to: encoder)
        case .receipt(let value): try value.encode(to: encoder)
        }
    }
}

extension ControlResponse: Encodable {
    private enum Members: String, CodingKey { case error, id, jsonrpc, result }

    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: Members.self)
        try box.encode(id, forKey: .id)
        try box.encode(JSONLine.version, forKey: .jsonrpc)
        switch outcome {
        case .success(let result): try box.encode(result, forKey: .result)
        case .failure(let error): try box.encode(error, forKey: .error)
        }
    }
}

/// The part of an answer that its caller waits for.
struct ReceivedResult<Value: Decodable>: Decodable { var result: Value }
