namespace DecisionServer.Journal;

/// <summary>The first form. Every row ends with a checksum over all its other values; instants are UTC ticks of 100 ns.</summary>
internal static class Migration001
{
    public static Migration Tables { get; } = new("tables", [
        """
        CREATE TABLE meta (
            id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
            journal BLOB NOT NULL,
            created INTEGER NOT NULL,
            form INTEGER NOT NULL,
            commits INTEGER NOT NULL,
            actions INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            erasures INTEGER NOT NULL,
            purged INTEGER NOT NULL,
            crc INTEGER NOT NULL) STRICT
        """,
        """
        CREATE TABLE actions (
            sequence INTEGER NOT NULL PRIMARY KEY,
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            member_key INTEGER,
            member TEXT NOT NULL,
            offer TEXT NOT NULL,
            placement TEXT NOT NULL,
            channel TEXT NOT NULL,
            chain TEXT NOT NULL,
            store TEXT NOT NULL,
            detail TEXT NOT NULL,
            crc INTEGER NOT NULL) STRICT
        """,
        "CREATE INDEX actions_of_member ON actions (member_key) WHERE member_key IS NOT NULL",
        "CREATE TABLE members (member TEXT NOT NULL PRIMARY KEY, state BLOB NOT NULL, crc INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE totals (counter TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL, period TEXT NOT NULL, crc INTEGER NOT NULL) STRICT, WITHOUT ROWID",

        // Numbered by age, so that the oldest are found without an index on time. Neither key nor member as text: nothing here but the answer can hold a member's id.
        """
        CREATE TABLE answers (
            sequence INTEGER NOT NULL PRIMARY KEY,
            key BLOB NOT NULL UNIQUE,
            member_key INTEGER,
            member_check INTEGER,
            at INTEGER NOT NULL,
            request BLOB NOT NULL,
            answer BLOB NOT NULL,
            crc INTEGER NOT NULL) STRICT
        """,
        "CREATE INDEX answers_of_member ON answers (member_key) WHERE member_key IS NOT NULL",

        // Version 0: nothing was said; the row heads the scopes of its subject and counts against the limit of rows.
        """
        CREATE TABLE availability (
            subject INTEGER NOT NULL,
            subject_id TEXT NOT NULL,
            scope INTEGER NOT NULL,
            scope_id TEXT NOT NULL,
            available INTEGER,
            stock INTEGER,
            price INTEGER,
            valid_from INTEGER,
            valid_until INTEGER,
            version INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            crc INTEGER NOT NULL,
            PRIMARY KEY (subject, subject_id, scope, scope_id)) STRICT, WITHOUT ROWID
        """,
        "CREATE TABLE placements (name TEXT NOT NULL PRIMARY KEY, content BLOB NOT NULL, crc INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE ladder (name TEXT NOT NULL PRIMARY KEY, content BLOB NOT NULL, crc INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE cap_rules (name TEXT NOT NULL PRIMARY KEY, content BLOB NOT NULL, crc INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        """
        CREATE TABLE audit (
            sequence INTEGER NOT NULL PRIMARY KEY,
            at INTEGER NOT NULL,
            act TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT NOT NULL,
            crc INTEGER NOT NULL) STRICT
        """,
    ]);
}
