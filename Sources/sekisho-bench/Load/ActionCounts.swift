/// How often each action was answered: the first word, `DUNNO` or `450`.
struct ActionCounts {
    private var words: [(word: [UInt8], count: Int)] = []
    private static let mostWords = 32
    private static let longestWord = 32

    /// Counts the action of a complete reply, which begins with `action=`; what is behind its end does not matter.
    mutating func add(_ reply: [UInt8]) {
        for index in words.indices where matches(words[index].word, reply) {
            words[index].count &+= 1
            return
        }
        let word = Self.word(of: reply)
        if words.count < Self.mostWords { words.append((word, 1)) }
    }

    var table: [String: Int] {
        Dictionary(words.map { (String(decoding: $0.word, as: UTF8.self), $0.count) }, uniquingKeysWith: +)
    }

    private func matches(_ word: [UInt8], _ reply: [UInt8]) -> Bool {
        let start = LoadClient.replyStart.count
        guard reply.count > start + word.count, Self.endsWord(reply[start + word.count]) else { return false }
        for index in word.indices where word[index] != reply[start + index] { return false }
        return true
    }

    private static func word(of reply: [UInt8]) -> [UInt8] {
        var word: [UInt8] = []
        var index = LoadClient.replyStart.count
        while index < reply.count, word.count < longestWord, !endsWord(reply[index]) {
            word.append(reply[index])
            index += 1
        }
        return word
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n")
    }
}
