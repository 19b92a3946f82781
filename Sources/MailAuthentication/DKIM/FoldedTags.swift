/// Writes a tag-list as a header field's value, folded so that no line is longer than it may be where that can be helped
/// (RFC 5322 section 2.1.1).
struct FoldedTags {
    private(set) var bytes: [UInt8] = []
    private var column: Int
    private let width: Int

    /// - Parameters:
    ///   - nameCount: Bytes of the field's name, which stands with its colon on the first line.
    ///   - width: Characters of a line at most.
    init(nameCount: Int, width: Int) {
        column = nameCount + 1
        self.width = width
        bytes.reserveCapacity(1024)
    }

    /// Adds `name=value;`, on a new line if it does not fit.
    mutating func append(_ name: StaticString, _ value: some Collection<UInt8>) {
        start(name, next: value.count)
        bytes.append(contentsOf: value)
        column += value.count
        end()
    }

    mutating func append(_ name: StaticString, _ value: String) {
        append(name, value.utf8)
    }

    /// Adds names with colons between; a line may break behind each colon.
    mutating func append(_ name: StaticString, names: SignedNames) {
        for index in 0..<names.count {
            let item = names[index].name
            if index == 0 {
                start(name, next: item.count)
            } else if column + item.count + 1 > width {
                fold()
            }
            bytes.append(contentsOf: item)
            column += item.count + 1
            if index + 1 < names.count { bytes.append(UInt8(ascii: ":")) }
        }
        end()
    }

    /// Adds the last tag, without its value.
    mutating func open(_ name: StaticString) {
        start(name, next: 8)
    }

    /// The value of the last tag, which may break anywhere.
    mutating func close(_ value: [UInt8]) {
        var rest = value[...]
        while !rest.isEmpty {
            if column >= width { fold() }
            // At least one, however narrow the lines are, so that it comes to an end.
            let piece = rest.prefix(max(1, width - column))
            bytes.append(contentsOf: piece)
            column += piece.count
            rest = rest.dropFirst(piece.count)
        }
    }

    private mutating func start(_ name: StaticString, next: Int) {
        let count = name.utf8CodeUnitCount + 1
        if column + 1 + count + next + 1 > width {
            fold()
        } else {
            bytes.append(UInt8(ascii: " "))
            column += 1
        }
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "="))
        column += count
    }

    private mutating func end() {
        bytes.append(UInt8(ascii: ";"))
        column += 1
    }

    /// A tab counts as one character here; RFC 5322 counts characters.
    private mutating func fold() {
        bytes += [0x0D, 0x0A, 0x09]
        column = 1
    }
}
