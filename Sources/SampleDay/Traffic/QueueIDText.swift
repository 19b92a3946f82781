/// Long queue IDs as Postfix makes them (global/mail_queue.h): seconds and microseconds to base 52, `z`, and the
/// inode number to base 51.
enum QueueIDText {
    private static let digits = Array("0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz".utf8)

    static func make(seconds: Int, microseconds: Int, inode: Int) -> String {
        encode(seconds, base: 52, width: 6) + encode(microseconds, base: 52, width: 4) + "z"
            + encode(inode, base: 51, width: 1)
    }

    private static func encode(_ number: Int, base: Int, width: Int) -> String {
        var rest = number
        var text: [UInt8] = []
        while rest > 0 || text.count < width {
            text.append(digits[rest % base])
            rest /= base
        }
        return String(decoding: text.reversed(), as: UTF8.self)
    }
}
