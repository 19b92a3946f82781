/// What an engine sends by itself to a client that subscribed.
package enum ControlNotification: Sendable, Equatable {
    case frame(subscription: Int, ViewFrame)
    /// The last of a subscription that the client did not end, with the reason.
    case ended(subscription: Int, ControlError)
}

extension ControlNotification: Codable {
    private enum Members: String, CodingKey { case jsonrpc, method, params }
    private enum Method: String, Codable { case frame, ended }
    private struct FrameParameters: Codable {
        var subscription: Int
        var frame: ViewFrame
    }
    private struct EndedParameters: Codable {
        var subscription: Int
        var error: ControlError
    }

    package init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: Members.self)
        switch try box.decode(Method.self, forKey: .method) {
        case .frame:
            let parameters = try box.decode(FrameParameters.self, forKey: .params)
            self = .frame(subscription: parameters.subscription, parameters.frame)
        case .ended:
            let parameters = try box.decode(EndedParameters.self, forKey: .params)
            self = .ended(subscription: parameters.subscription, parameters.error)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: Members.self)
        try box.encode(JSONLine.version, forKey: .jsonrpc)
        switch self {
        case .frame(let subscription, let frame):
            try box.encode(Method.frame, forKey: .method)
            try box.encode(FrameParameters(subscription: subscription, frame: frame), forKey: .params)
        case .ended(let subscription, let error):
            try box.encode(Method.ended, forKey: .method)
            try box.encode(EndedParameters(subscription: subscription, error: error), forKey: .params)
        }
    }
}
