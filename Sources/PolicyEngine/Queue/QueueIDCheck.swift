/// What a queue ID can look like, by Postfix's own grammar (`mail_queue.h`), so that nothing else ever reaches
/// `postsuper`, whose `ALL` would mean every message.
enum QueueIDCheck {
    /// Short: microseconds and inode in hexadecimal, capitals. Long: seconds and microseconds in base 52, `z`, inode in
    /// base 51; vowels are in none of them.
    static func isWellFormed(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard (6...32).contains(bytes.count) else { return false }
        if bytes.allSatisfy(isHexadecimal) { return true }
        return bytes.count >= 12 && bytes.contains(0x7A) && bytes.allSatisfy(isBase52)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte)
    }

    private static func isBase52(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39: true
        case 0x41...0x5A, 0x61...0x7A: !"AEIOUaeiou".utf8.contains(byte)
        default: false
        }
    }
}
