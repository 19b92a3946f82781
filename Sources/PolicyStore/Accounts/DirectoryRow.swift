/// An account as the site's directory names it.
package struct DirectoryRow: Sendable, Equatable {
    /// Stored in lower case (ASCII).
    package var login: String
    package var plan: String?
    /// Milliseconds since 1970.
    package var signedUp: Int64
    /// None may contain a line feed.
    package var addresses: [String]
    package var name: String?

    package init(login: String, plan: String? = nil, signedUp: Int64, addresses: [String] = [], name: String? = nil) {
        self.login = login
        self.plan = plan
        self.signedUp = signedUp
        self.addresses = addresses
        self.name = name
    }
}

/// By what a directory file is known again, so that an unchanged one need not be read.
package struct DirectoryStamp: Sendable, Equatable {
    /// Hash of the contents, in the caller's own writing.
    package var digest: String
    package var bytes: Int64
    /// The file's modification time, milliseconds since 1970.
    package var modified: Int64

    package init(digest: String, bytes: Int64, modified: Int64) {
        self.digest = digest
        self.bytes = bytes
        self.modified = modified
    }
}

/// What an import changed.
package struct DirectoryCounts: Sendable, Equatable {
    package var added = 0
    package var changed = 0
    /// Named before, and not any more: marked as gone, with meters and overrides kept.
    package var removed = 0
    package var unchanged = 0

    package init(added: Int = 0, changed: Int = 0, removed: Int = 0, unchanged: Int = 0) {
        self.added = added
        self.changed = changed
        self.removed = removed
        self.unchanged = unchanged
    }
}
