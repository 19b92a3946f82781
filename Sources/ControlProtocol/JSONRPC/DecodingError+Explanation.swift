extension DecodingError {
    /// What is wrong with the JSON, in words that name the member: `params.limit must be a whole number`.
    ///
    /// - Parameter whole: what to call the value where the error is about all of it.
    func explanation(of whole: String) -> String {
        switch self {
        case .keyNotFound(let key, let context):
            Self.path(context.codingPath + [key], of: whole) + " is missing"
        case .valueNotFound(let type, let context):
            Self.path(context.codingPath, of: whole) + " must be " + Self.name(of: type) + ", not null"
        case .typeMismatch(let type, let context):
            Self.path(context.codingPath, of: whole) + " must be " + Self.name(of: type)
        case .dataCorrupted(let context):
            Self.path(context.codingPath, of: whole) + ": " + context.debugDescription
        @unknown default:
            whole + " cannot be read"
        }
    }

    private static func path(_ keys: [any CodingKey], of whole: String) -> String {
        keys.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }.nonEmpty ?? whole
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is Bool.Type: "true or false"
        case is [Any].Type, is any RangeReplaceableCollection.Type: "an array"
        default: "an object"
        }
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
