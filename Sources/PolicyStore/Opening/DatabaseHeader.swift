/// The first 100 bytes of an SQLite file (sqlite.org/fileformat2.html section 1.3), as far as the store asks.
struct DatabaseHeader: Equatable {
    static let length = 100

    /// Bytes.
    var pageSize: Int
    /// `nil` where the header says that its own count is not to be trusted.
    var pageCount: Int?
    var userVersion: Int32
    var applicationID: Int32

    /// `nil` where these bytes do not begin an SQLite database.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.length, bytes.starts(with: Array("SQLite format 3\0".utf8)) else { return nil }
        func word(_ offset: Int) -> UInt32 {
            bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        let size = Int(bytes[16]) << 8 | Int(bytes[17])
        pageSize = size == 1 ? 65_536 : size
        guard pageSize >= 512, pageSize & (pageSize - 1) == 0 else { return nil }
        pageCount = word(24) == word(92) && word(28) > 0 ? Int(word(28)) : nil
        userVersion = Int32(bitPattern: word(60))
        applicationID = Int32(bitPattern: word(68))
    }
}
