import TOMLKit

/// A TOML value as a plain value.
enum ConfigurationValue: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)
    /// Dates and times, which no key takes.
    case date(String)
    case array([ConfigurationValue])
    case table([String: ConfigurationValue])

    /// How a message to a person names its type.
    var typeName: String {
        switch self {
        case .string: "a text"
        case .integer: "a whole number"
        case .number: "a number with a fraction"
        case .boolean: "true or false"
        case .date: "a date or time"
        case .array: "an array"
        case .table: "a table"
        }
    }
}

extension ConfigurationValue {
    init(_ table: TOMLTable) {
        var values: [String: ConfigurationValue] = [:]
        for key in table.keys {
            if let value = table[key] { values[key] = ConfigurationValue(value) }
        }
        self = .table(values)
    }

    private init(_ value: any TOMLValueConvertible) {
        if let text = value.string {
            self = .string(text)
        } else if let number = value.int {
            self = .integer(Int64(number))
        } else if let number = value.double {
            self = .number(number)
        } else if let flag = value.bool {
            self = .boolean(flag)
        } else if let table = value.table {
            self.init(table)
        } else if let array = value.array {
            self = .array(array.map { ConfigurationValue($0) })
        } else {
            self = .date(value.debugDescription)
        }
    }
}
