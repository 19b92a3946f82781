/// The `id` that pairs an answer with its request (JSON-RPC 2.0 section 4): a string, a whole number, or null, which an
/// answer carries when the request's own could not be read. Fractions, which the specification advises against, are
/// refused.
package enum JSONRPCID: Sendable, Hashable, Codable {
    case number(Int64)
    case string(String)
    case null

    package init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        if box.decodeNil() {
            self = .null
        } else if let number = try? box.decode(Int64.self) {
            self = .number(number)
        } else if let text = try? box.decode(String.self) {
            self = .string(text)
        } else {
            throw DecodingError.dataCorruptedError(in: box, debugDescription: "must be a string or a whole number")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var box = encoder.singleValueContainer()
        switch self {
        case .number(let number): try box.encode(number)
        case .string(let text): try box.encode(text)
        case .null: try box.encodeNil()
        }
    }
}
