namespace DecisionServer.Journal;

/// <summary>
/// The tables in PostgreSQL, and the steps by which they came to be. Ids are compared by their bytes. "revision" is the number of the commit that wrote a row last:
/// what a commit has read is verified by it.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>Says in table meta whose schema it is.</summary>
    public const string Application = "DecisionServer journal";

    /// <summary>Kinds of documents, as stored.</summary>
    public const long Placements = 1;

    /// <inheritdoc cref="Placements"/>
    public const long Ladder = 2;

    /// <inheritdoc cref="Placements"/>
    public const long CapRules = 3;

    public static IReadOnlyList<Migration> Migrations { get; } = [
        new("tables", [
            // One row. Its lock, taken at the beginning of a commit, is what makes the numbers contiguous and the order of commits theirs. Room in its page lets updates stay there.
            """
            CREATE TABLE meta (
                one boolean PRIMARY KEY CHECK (one),
                application text NOT NULL,
                form bigint NOT NULL,
                journal uuid NOT NULL,
                sequence bigint NOT NULL DEFAULT 0,
                actions bigint NOT NULL DEFAULT 0,
                audits bigint NOT NULL DEFAULT 0,
                erasures bigint NOT NULL DEFAULT 0,
                epoch bigint NOT NULL DEFAULT 0,
                availability_rows bigint NOT NULL DEFAULT 0,
                documents bigint NOT NULL DEFAULT 0,
                facts bigint NOT NULL DEFAULT 0,
                trimmed bigint NOT NULL DEFAULT 0) WITH (fillfactor = 10)
            """,
            "CREATE TABLE change (sequence bigint PRIMARY KEY, at timestamptz NOT NULL, content bytea NOT NULL)",
            """
            CREATE TABLE actions (
                sequence bigint PRIMARY KEY,
                kind bigint NOT NULL,
                at bigint NOT NULL,
                member_key bigint,
                member text NOT NULL,
                offer text NOT NULL,
                placement text NOT NULL,
                channel text NOT NULL,
                chain text NOT NULL,
                store text NOT NULL,
                detail text NOT NULL)
            """,
            "CREATE INDEX actions_of_member ON actions (member_key, sequence) WHERE member_key IS NOT NULL",
            """CREATE TABLE members (member text COLLATE "C" PRIMARY KEY, state bytea NOT NULL, revision bigint NOT NULL) WITH (fillfactor = 80)""",
            """CREATE TABLE totals (counter text COLLATE "C" PRIMARY KEY, value bigint NOT NULL, period text NOT NULL, revision bigint NOT NULL) WITH (fillfactor = 50)""",
            """
            CREATE TABLE answers (
                key bytea PRIMARY KEY,
                member_key bigint,
                member_check bigint,
                at bigint NOT NULL,
                request bytea NOT NULL,
                answer bytea NOT NULL,
                revision bigint NOT NULL)
            """,
            "CREATE INDEX answers_of_member ON answers (member_key) WHERE member_key IS NOT NULL",
            "CREATE INDEX answers_by_age ON answers (at)",
            """
            CREATE TABLE availability (
                subject bigint NOT NULL,
                subject_id text COLLATE "C" NOT NULL,
                scope bigint NOT NULL,
                scope_id text COLLATE "C" NOT NULL,
                available boolean,
                stock bigint,
                price bigint,
                valid_from bigint,
                valid_until bigint,
                version bigint NOT NULL,
                epoch bigint NOT NULL,
                revision bigint NOT NULL,
                PRIMARY KEY (subject_id, subject, scope, scope_id)) WITH (fillfactor = 80)
            """,
            """CREATE TABLE documents (kind bigint NOT NULL, name text COLLATE "C" NOT NULL, content bytea NOT NULL, PRIMARY KEY (kind, name))""",
            """CREATE TABLE facts (kind text COLLATE "C" NOT NULL, name text COLLATE "C" NOT NULL, content text NOT NULL, revision bigint NOT NULL, PRIMARY KEY (kind, name))""",
            "CREATE TABLE audit (sequence bigint PRIMARY KEY, at bigint NOT NULL, act text NOT NULL, subject text NOT NULL, detail text NOT NULL)",
            """CREATE TABLE erasures (ordinal bigint PRIMARY KEY, hash bigint NOT NULL, "check" bigint NOT NULL, at bigint NOT NULL, sequence bigint NOT NULL, noted timestamptz NOT NULL)""",
            "CREATE TABLE node (name text PRIMARY KEY, incarnation uuid NOT NULL, applied bigint NOT NULL, content text NOT NULL, beat timestamptz NOT NULL)",
            """
            CREATE FUNCTION require(so boolean, otherwise text) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                IF so IS NOT TRUE THEN RAISE EXCEPTION 'what was read is not so any more' USING ERRCODE = otherwise; END IF;
            END $$
            """,

            // Another database, cluster, timeline or table: truth was restored, or failed over, and positions of before mean nothing. new_epoch() says so where none of these shows it.
            """
            CREATE FUNCTION truth_epoch() RETURNS text LANGUAGE plpgsql STABLE AS $$
            DECLARE
                cluster text := '';
            BEGIN
                -- A dump makes keys after all rows.
                IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'meta'::regclass AND contype = 'p') THEN
                    RAISE EXCEPTION 'the schema is being restored' USING ERRCODE = 'cannot_connect_now';
                END IF;
                BEGIN
                    SELECT system_identifier INTO cluster FROM pg_control_system();
                EXCEPTION WHEN insufficient_privilege THEN
                    cluster := '';
                END;
                RETURN (
                    SELECT substr(md5(concat_ws(' ', m.journal, m.tableoid, cluster, d.oid, left(pg_walfile_name(pg_current_wal_lsn()), 8))), 1, 16)
                    FROM meta m, pg_database d WHERE d.datname = current_database());
            END $$
            """,
            "CREATE FUNCTION new_epoch() RETURNS void LANGUAGE sql AS $$ UPDATE meta SET journal = gen_random_uuid() $$",
        ]),
        new("puts", [
            // What was put into sealed generations; "erasures": so many members had been erased before.
            """
            CREATE TABLE puts (
                generation text COLLATE "C" NOT NULL,
                sequence bigint NOT NULL,
                ordinal bigint NOT NULL,
                kind bigint NOT NULL,
                catalogue bigint NOT NULL,
                erasures bigint NOT NULL,
                content bytea NOT NULL,
                PRIMARY KEY (generation, sequence, ordinal))
            """,

            // Packed records do not get shorter, and their length is known without reading them.
            "ALTER TABLE puts ALTER content SET STORAGE EXTERNAL",
        ]),
    ];
}
