/// A line from an engine, read as far as is needed to know whom it is for.
enum ReceivedLine: Decodable {
    case answer(JSONRPCID, ControlError?)
    case notification(ControlNotification)
    /// Of a later version of the protocol.
    case unknown

    private enum Members: String, CodingKey { case error, id, method }
    private static let notifications = ["frame", "ended"]

    init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: Members.self)
        if let method = try box.decodeIfPresent(String.self, forKey: .method) {
            self =
                Self.notifications.contains(method) ? .notification(try ControlNotification(from: decoder)) : .unknown
        } else {
            self = .answer(
                try box.decodeIfPresent(JSONRPCID.self, forKey: .id) ?? .null,
                try box.decodeIfPresent(ControlError.self, forKey: .error))
        }
    }
}
