import Foundation
import GRDB

/// Bytes as SQLite takes them.
enum Blob {
    static func value(_ bytes: [UInt8]) -> DatabaseValue { Data(bytes).databaseValue }
}
