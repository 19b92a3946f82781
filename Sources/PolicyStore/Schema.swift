/// The tables, one step for each version; a step that has been released is never changed.
///
/// Times are milliseconds since 1970 unless the column says otherwise. `PRAGMA user_version` holds the version,
/// `PRAGMA application_id` who the file belongs to.
enum Schema {
    /// "Seki" in ASCII.
    static let applicationID: Int32 = 0x5365_6B69

    static let steps: [String] = [first, domains]

    static let first = """
        CREATE TABLE account (
            id INTEGER PRIMARY KEY,
            login TEXT NOT NULL UNIQUE,          -- in lower case
            plan TEXT,
            signed_up INTEGER,                   -- NULL where no directory says
            addresses TEXT NOT NULL DEFAULT '',  -- one a line
            name TEXT,
            in_directory INTEGER NOT NULL,
            first_seen INTEGER,
            last_offence INTEGER,
            gone_since INTEGER                   -- when the directory ceased to name it
        ) STRICT;

        -- What was counted in one batch; account_meter and named_meter say up to which row they contain it.
        CREATE TABLE meter_log (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            entries BLOB NOT NULL
        ) STRICT;
        CREATE TABLE account_meter (
            account INTEGER PRIMARY KEY,
            upto INTEGER NOT NULL,               -- meter_log.seq
            entries BLOB NOT NULL
        ) STRICT;
        CREATE TABLE named_meter (
            kind INTEGER NOT NULL,
            name TEXT NOT NULL,
            upto INTEGER NOT NULL,
            newest INTEGER NOT NULL,             -- time of its last entry
            entries BLOB NOT NULL,
            PRIMARY KEY (kind, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX named_meter_newest ON named_meter (newest);

        CREATE TABLE audit (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            uid INTEGER,
            verb TEXT NOT NULL,
            target TEXT NOT NULL,
            detail TEXT NOT NULL,
            reason TEXT NOT NULL,
            expires INTEGER,
            outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
            undoes INTEGER REFERENCES audit (number),
            payload TEXT                         -- JSON with which the engine can undo it
        ) STRICT;
        CREATE INDEX audit_target ON audit (target);
        CREATE INDEX audit_actor ON audit (actor);
        CREATE UNIQUE INDEX audit_undoes ON audit (undoes) WHERE undoes IS NOT NULL AND outcome = 'done';

        CREATE TABLE override (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            target TEXT NOT NULL,
            value TEXT NOT NULL,
            actor TEXT NOT NULL,
            reason TEXT NOT NULL,
            since INTEGER NOT NULL,
            expires INTEGER,
            made_by INTEGER NOT NULL REFERENCES audit (number),
            ended INTEGER,
            ended_by INTEGER REFERENCES audit (number)  -- NULL where it expired
        ) STRICT;
        CREATE INDEX override_in_force ON override (expires) WHERE ended IS NULL;
        CREATE INDEX override_made_by ON override (made_by);

        CREATE TABLE verdict (
            id INTEGER PRIMARY KEY,              -- without gaps, so that the rows can be counted by their ends
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            gate TEXT NOT NULL,
            state TEXT NOT NULL,
            outcome TEXT NOT NULL,
            reply TEXT NOT NULL,
            rule TEXT NOT NULL,
            limit_text TEXT,
            limit_of TEXT,
            count INTEGER,
            quantity INTEGER,
            free_again INTEGER,
            override_id INTEGER,
            waited INTEGER,                      -- milliseconds
            account TEXT,
            source TEXT NOT NULL,
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL,
            queue_id TEXT,
            instance TEXT
        ) STRICT;
        CREATE INDEX verdict_account ON verdict (account) WHERE account IS NOT NULL;
        CREATE INDEX verdict_source ON verdict (source);
        CREATE INDEX verdict_queue_id ON verdict (queue_id) WHERE queue_id IS NOT NULL;
        CREATE INDEX verdict_instance ON verdict (instance) WHERE instance IS NOT NULL;

        CREATE TABLE queue_owner (
            queue_id TEXT PRIMARY KEY,
            account INTEGER NOT NULL,
            at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX queue_owner_at ON queue_owner (at);

        CREATE TABLE series (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            last_day INTEGER NOT NULL            -- days since 1970 of its newest value
        ) STRICT;
        CREATE INDEX series_last_day ON series (last_day);
        CREATE TABLE history (
            minute INTEGER NOT NULL,             -- minutes since 1970
            series INTEGER NOT NULL,
            value INTEGER NOT NULL,
            PRIMARY KEY (minute, series)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE clock (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            steady INTEGER NOT NULL,
            wall INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE meta (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    /// A row a minute holds all that was found of a domain, where `history` would have one for each method and finding;
    /// the names are in `series` with the others, which forgets them when they are old.
    static let domains = """
        CREATE TABLE domain_minute (
            minute INTEGER NOT NULL,             -- minutes since 1970
            series INTEGER NOT NULL,             -- series.id of "domain/" and the name
            \(DomainMinute.columns.map { "\($0) INTEGER NOT NULL DEFAULT 0," }.joined(separator: " "))
            PRIMARY KEY (minute, series)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE domain_source (
            series INTEGER NOT NULL,             -- series.id of "domain/" and the name
            source TEXT NOT NULL,                -- address or network; empty: those without a row of their own
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            passed INTEGER NOT NULL,
            failed INTEGER NOT NULL,
            unknown INTEGER NOT NULL,
            PRIMARY KEY (series, source)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX domain_source_last_seen ON domain_source (last_seen);
        """

    /// Every table of the newest version.
    static let tables = [
        "account", "meter_log", "account_meter", "named_meter", "audit", "override", "verdict", "queue_owner", "series",
        "history", "clock", "meta", "domain_minute", "domain_source",
    ]
}
