import ControlProtocol

/// What is typed after `:`. A verb opens its dialog, filled in; nothing is done by a line alone.
enum TypedCommand {
    enum Request: Equatable, Sendable {
        case view(ViewKind)
        case page(ViewKind, String)
        case action(ActionDialog)
        case filter(String)
        case sort(column: String, descending: Bool)
        case help, reload, quit
    }

    struct Trouble: Error, Equatable {
        var message: String
    }

    /// Every first word, with what follows it.
    static let usages: [(word: String, rest: String)] = [
        ("overview", ""), ("queue", ""), ("senders", ""), ("sources", ""), ("domains", ""), ("carriers", ""),
        ("actions", ""), ("plans", ""), ("account", "LOGIN"), ("source", "ADDRESS"), ("carrier", "NAME"),
        ("message", "QUEUE-ID"), ("why", "ACCOUNT|SOURCE|QUEUE-ID"), ("suspend", "ACCOUNT"), ("resume", "ACCOUNT"),
        ("contain", "ACCOUNT"), ("limit", "ACCOUNT|plan NAME [LIMIT]"), ("throttle", "CARRIER [PER-SECOND]"),
        ("whitelist", "NETWORK [CARRIER]"), ("block", "NETWORK"), ("clear", "NETWORK"),
        ("hold", "QUEUE-ID…|account LOGIN|filter TEXT"), ("release", "QUEUE-ID…|account LOGIN|filter TEXT"),
        ("requeue", "QUEUE-ID…|account LOGIN|filter TEXT"), ("delete", "QUEUE-ID…|account LOGIN|filter TEXT"),
        ("flush", "QUEUE-ID…|account LOGIN|filter TEXT"), ("undo", "NUMBER"), ("filter", "TEXT"),
        ("sort", "COLUMN [up|down]"), ("reload", ""), ("help", ""), ("quit", ""),
    ]

    static func parse(_ line: String) throws(Trouble) -> Request {
        var words = try Self.words(line)
        guard !words.isEmpty else { throw Trouble(message: "Write a view, a verb or quit.") }
        let first = words.removeFirst().lowercased()
        let options = try takeOptions(&words)
        if let digit = Int(first), State.views.indices.contains(digit - 1) { return .view(State.views[digit - 1]) }
        switch first {
        case "q", "quit", "exit": return .quit
        case "help", "?": return .help
        case "reload": return .reload
        case "filter": return .filter(words.joined(separator: " "))
        case "sort":
            let column = try one(words, of: first, atMost: 2)
            return .sort(column: column, descending: words.count < 2 || words[1] != "up")
        case "account", "source", "carrier", "message", "why":
            guard let view = ViewKind(rawValue: first) else { break }
            return .page(view, try one(words, of: first))
        default: break
        }
        if let view = ViewKind(rawValue: first), view.isTable || view == .overview {
            guard words.isEmpty else { throw usage(of: first) }
            return .view(view)
        }
        return .action(try dialog(first, words, options))
    }

    /// The line with its first word completed as far as it is certain.
    static func completed(_ line: String) -> String {
        guard !line.contains(" ") else { return line }
        let matching = usages.map(\.word).filter { $0.hasPrefix(line.lowercased()) }
        guard let first = matching.first else { return line }
        if matching.count == 1 { return first + " " }
        var common = first
        for word in matching { common = String(zip(common, word).prefix { $0 == $1 }.map(\.0)) }
        return common
    }

    /// What could be typed next.
    static func hint(_ line: String) -> String {
        let first = line.split(separator: " ").first.map { $0.lowercased() } ?? ""
        if line.contains(" ") {
            return usages.first { $0.word == first }.map { "\($0.word) \($0.rest)" } ?? ""
        }
        return usages.map(\.word).filter { $0.hasPrefix(first) }.joined(separator: "  ")
    }

    // MARK: Actions

    private struct Options {
        var duration: String?
        var reason = ""
    }

    private static func takeOptions(_ words: inout [String]) throws(Trouble) -> Options {
        var options = Options()
        for name in ["--for", "--reason"] {
            guard let index = words.firstIndex(of: name) else { continue }
            guard words.indices.contains(index + 1) else { throw Trouble(message: "\(name) needs a value.") }
            if name == "--for" { options.duration = words[index + 1] } else { options.reason = words[index + 1] }
            words.removeSubrange(index...(index + 1))
        }
        return options
    }

    private static func dialog(_ verb: String, _ words: [String], _ options: Options) throws(Trouble) -> ActionDialog {
        func made(_ draft: ActionDraft, _ value: String = "") -> ActionDialog {
            ActionDialog(draft, value: value, duration: options.duration, reason: options.reason)
        }
        switch verb {
        case "suspend": return made(.suspend(accounts: [try one(words, of: verb)]))
        case "resume": return made(.resume(accounts: [try one(words, of: verb)]))
        case "contain": return made(.contain(accounts: [try one(words, of: verb)]))
        case "block": return made(.block(networks: [try one(words, of: verb)]))
        case "clear": return made(.clear(networks: [try one(words, of: verb)]))
        case "throttle":
            let carrier = try one(words, of: verb, atMost: 2)
            return made(.throttle(carriers: [carrier]), words.count > 1 ? words[1] : "")
        case "whitelist":
            let network = try one(words, of: verb, atMost: 2)
            return made(.whitelist(networks: [network]), words.count > 1 ? words[1] : "")
        case "limit": return try limit(words, made)
        case "undo":
            let text = try one(words, of: verb)
            guard let number = Int64(text.drop { $0 == "#" }) else {
                throw Trouble(message: "undo wants the number of an action, as view 7 shows it.")
            }
            return made(.undo(numbers: [number]))
        default:
            guard let operation = QueueOperation(rawValue: verb) else { throw unknown(verb) }
            return made(.queue(operation, try selection(verb, words)))
        }
    }

    private static func limit(
        _ words: [String], _ made: (ActionDraft, String) -> ActionDialog
    ) throws(Trouble) -> ActionDialog {
        let isPlan = words.first == "plan"
        let rest = Array(words.dropFirst(isPlan ? 1 : 0))
        guard let name = rest.first else { throw usage(of: "limit") }
        return made(
            .limit([isPlan ? .plan(name: name) : .account(name: name)]), rest.dropFirst().joined(separator: " "))
    }

    private static func selection(_ verb: String, _ words: [String]) throws(Trouble) -> QueueSelection {
        guard let first = words.first else { throw usage(of: verb) }
        switch first {
        case "account": return .account(name: try one(Array(words.dropFirst()), of: verb))
        case "filter":
            let text = words.dropFirst().joined(separator: " ")
            guard !text.isEmpty else { throw usage(of: verb) }
            return .filter(text: text)
        default: return .messages(ids: words)
        }
    }

    // MARK: Words

    private static func one(_ words: [String], of verb: String, atMost most: Int = 1) throws(Trouble) -> String {
        guard let first = words.first, words.count <= most else { throw usage(of: verb) }
        return first
    }

    private static func usage(of word: String) -> Trouble {
        let rest = usages.first { $0.word == word }?.rest ?? ""
        return Trouble(message: rest.isEmpty ? "\(word) takes nothing more." : "It is: \(word) \(rest)")
    }

    private static func unknown(_ word: String) -> Trouble {
        let near = usages.map(\.word).filter { $0.hasPrefix(word.prefix(2)) }
        let suggestion = near.isEmpty ? "Tab shows what there is." : "Is it " + near.joined(separator: ", ") + "?"
        return Trouble(message: "There is no command \(word). \(suggestion)")
    }

    /// Splits at spaces; quotes of either kind keep a text with spaces together.
    private static func words(_ line: String) throws(Trouble) -> [String] {
        var words: [String] = []
        var word = ""
        var isOpen = false
        var quote: Character?
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                isOpen = true
            } else if character == " " {
                if isOpen || !word.isEmpty { words.append(word) }
                word = ""
                isOpen = false
            } else {
                word.append(character)
            }
        }
        guard quote == nil else { throw Trouble(message: "A quote is not closed.") }
        if isOpen || !word.isEmpty { words.append(word) }
        return words
    }
}
