using Npgsql;

namespace DecisionServer.Journal;

/// <summary>
/// The statements of a commit, sent in one piece. The first takes the row of table meta, and with it the next number: from there on nobody else commits, so
/// what the following ones find is what it will be. A row read that is not as it was raises <see cref="PostgresFault.Conflict"/>, and all is undone.
/// </summary>
internal static class CommitStatements
{
    // How many changes of others a commit may bring along.
    private const long MaxBehind = 2_000;

    /// <param name="batch">Where they are added.</param>
    /// <param name="transaction">The executed batch.</param>
    /// <param name="truth">Which table meta is meant.</param>
    /// <param name="applied">Serving follows truth up to here.</param>
    /// <param name="content">The commit's change.</param>
    /// <param name="document">Writes members.</param>
    public static void Add(NpgsqlBatch batch, PostgresTransaction transaction, (Guid Journal, long Table) truth, long applied, byte[] content, MemberDocument document)
    {
        var rows = transaction.Rows;
        Number(batch, transaction, truth, applied);
        batch.Add(
            "SELECT sequence, content FROM change WHERE sequence > $1 AND sequence < (SELECT sequence FROM meta) ORDER BY sequence", PostgresBatch.Of(applied));

        // Nothing was read, or what was read are rows as of the commit just before.
        if (rows.ReadFrom is { } from) Verify(batch, rows, from);
        Erase(batch, transaction);
        Members(batch, rows, document);
        Totals(batch, rows);
        Answers(batch, rows);
        Availability(batch, rows);
        Documents(batch, transaction);
        Facts(batch, rows);
        Actions(batch, transaction.Actions);
        Audit(batch, transaction.Notes);
        PutStatements.Add(batch, transaction);
        batch.Add("INSERT INTO change (sequence, at, content) SELECT sequence, clock_timestamp(), $1 FROM meta", PostgresBatch.Of(content));
    }

    private static void Number(NpgsqlBatch batch, PostgresTransaction transaction, (Guid Journal, long Table) truth, long applied)
    {
        var expected = transaction.Expected;
        batch.Add(
            """
            WITH next AS (
                UPDATE meta SET
                    sequence = sequence + 1,
                    actions = actions + $1,
                    audits = audits + $2,
                    erasures = erasures + $3,
                    epoch = coalesce($4, epoch),
                    availability_rows = availability_rows + $5,
                    documents = CASE WHEN $6 > 0 THEN sequence + 1 ELSE documents END,
                    facts = CASE WHEN $7 > 0 THEN sequence + 1 ELSE facts END
                WHERE journal = $8 AND tableoid::bigint = $9
                    AND epoch = coalesce($10, epoch) AND availability_rows = coalesce($11, availability_rows)
                    AND documents = coalesce($12, documents) AND facts = coalesce($13, facts)
                    AND actions = coalesce($14, actions) AND audits = coalesce($15, audits)
                RETURNING sequence, trimmed)
            SELECT max(sequence), require(count(*) = 1, '40001'), require(max(trimmed) <= $16 AND max(sequence) - $16 <= $17, 'DS001') FROM next
            """,
            PostgresBatch.Of((long)transaction.Actions.Count),
            PostgresBatch.Of((long)transaction.Notes.Count),
            PostgresBatch.Of((long)transaction.Erased.Count),
            PostgresBatch.Of((long?)transaction.NewEpoch),
            PostgresBatch.Of(transaction.AddedRows),
            PostgresBatch.Of((long)transaction.Documents.Count),
            PostgresBatch.Of((long)transaction.Rows.Facts.Written.Count),
            PostgresBatch.Of(truth.Journal),
            PostgresBatch.Of(truth.Table),
            PostgresBatch.Of((long?)expected.Epoch),
            PostgresBatch.Of(expected.AvailabilityRows),
            PostgresBatch.Of(expected.Documents),
            PostgresBatch.Of(expected.Facts),
            PostgresBatch.Of(expected.Actions),
            PostgresBatch.Of(expected.Audits),
            PostgresBatch.Of(applied),
            PostgresBatch.Of(MaxBehind));
    }

    private static void Verify(NpgsqlBatch batch, BatchRows rows, long from)
    {
        const string So = "SELECT require(NOT EXISTS (SELECT FROM ";
        const string OrNobodyElse = "), '40001') WHERE (SELECT sequence FROM meta) <> ";
        if (rows.Members.Read.ToList() is { Count: > 0 } members)
        {
            batch.Add(
                $"{So} unnest($1::text[], $2::bigint[]) k(key, revision) LEFT JOIN members t ON t.member = k.key WHERE coalesce(t.revision, 0) <> k.revision {OrNobodyElse} $3 + 1",
                PostgresBatch.Of([.. members.Select(row => row.Key)]), PostgresBatch.Of([.. members.Select(row => row.Revision)]), PostgresBatch.Of(from));
        }

        if (rows.Totals.Read.ToList() is { Count: > 0 } totals)
        {
            batch.Add(
                $"{So} unnest($1::text[], $2::bigint[]) k(key, revision) LEFT JOIN totals t ON t.counter = k.key WHERE coalesce(t.revision, 0) <> k.revision {OrNobodyElse} $3 + 1",
                PostgresBatch.Of([.. totals.Select(row => row.Key)]), PostgresBatch.Of([.. totals.Select(row => row.Revision)]), PostgresBatch.Of(from));
        }

        if (rows.Answers.Read.ToList() is { Count: > 0 } answers)
        {
            batch.Add(
                $"{So} unnest($1::bytea[], $2::bigint[]) k(key, revision) LEFT JOIN answers t ON t.key = k.key WHERE coalesce(t.revision, 0) <> k.revision {OrNobodyElse} $3 + 1",
                PostgresBatch.Of([.. answers.Select(row => PostgresRows.Bytes(row.Key))]), PostgresBatch.Of([.. answers.Select(row => row.Revision)]), PostgresBatch.Of(from));
        }

        if (rows.Availability.Read.ToList() is { Count: > 0 } availability)
        {
            batch.Add(
                $"""
                {So} unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::bigint[]) k(subject, subject_id, scope, scope_id, revision)
                LEFT JOIN availability t USING (subject_id, subject, scope, scope_id) WHERE coalesce(t.revision, 0) <> k.revision {OrNobodyElse} $6 + 1
                """,
                PostgresBatch.Of([.. availability.Select(row => (long)row.Key.Subject)]),
                PostgresBatch.Of([.. availability.Select(row => row.Key.SubjectId)]),
                PostgresBatch.Of([.. availability.Select(row => (long)row.Key.Scope)]),
                PostgresBatch.Of([.. availability.Select(row => row.Key.ScopeId)]),
                PostgresBatch.Of([.. availability.Select(row => row.Revision)]),
                PostgresBatch.Of(from));
        }

        if (rows.Facts.Read.ToList() is { Count: > 0 } facts)
        {
            batch.Add(
                $"""
                {So} unnest($1::text[], $2::text[], $3::bigint[]) k(kind, name, revision)
                LEFT JOIN facts t USING (kind, name) WHERE coalesce(t.revision, 0) <> k.revision {OrNobodyElse} $4 + 1
                """,
                PostgresBatch.Of([.. facts.Select(row => row.Key.Kind)]),
                PostgresBatch.Of([.. facts.Select(row => row.Key.Name)]),
                PostgresBatch.Of([.. facts.Select(row => row.Revision)]),
                PostgresBatch.Of(from));
        }
    }

    private static void Erase(NpgsqlBatch batch, PostgresTransaction transaction)
    {
        var erased = transaction.Erased;
        if (erased.Count == 0) return;
        string[] ids = [.. erased.Select(each => each.MemberId)];
        long[] hashes = [.. erased.Select(each => (long)each.Member.Member.Hash)];
        long[] checks = [.. erased.Select(each => (long)each.Member.Member.Check)];
        batch.Add("DELETE FROM members WHERE member = ANY($1)", PostgresBatch.Of(ids));
        batch.Add("DELETE FROM actions a USING unnest($1::bigint[], $2::text[]) k(hash, id) WHERE a.member_key = k.hash AND a.member = k.id", PostgresBatch.Of(hashes), PostgresBatch.Of(ids));
        batch.Add(
            "DELETE FROM answers a USING unnest($1::bigint[], $2::bigint[]) k(hash, other) WHERE a.member_key = k.hash AND a.member_check = k.other",
            PostgresBatch.Of(hashes), PostgresBatch.Of(checks));
        batch.Add(
            """
            INSERT INTO erasures (ordinal, hash, "check", at, sequence, noted)
            SELECT m.erasures - $4 + k.i, k.hash, k.other, k.at, m.sequence, clock_timestamp()
            FROM meta m, unnest($1::bigint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY k(hash, other, at, i)
            """,
            PostgresBatch.Of(hashes), PostgresBatch.Of(checks), PostgresBatch.Of([.. erased.Select(each => each.Member.AtTicks)]), PostgresBatch.Of((long)erased.Count));
    }

    private static void Members(NpgsqlBatch batch, BatchRows rows, MemberDocument document)
    {
        var put = rows.Members.Written.Values.OfType<MemberRecord>().ToList();
        if (put.Count == 0) return;
        batch.Add(
            """
            INSERT INTO members (member, state, revision) SELECT k.member, k.state, m.sequence FROM meta m, unnest($1::text[], $2::bytea[]) k(member, state)
            ON CONFLICT (member) DO UPDATE SET state = excluded.state, revision = excluded.revision
            """,
            PostgresBatch.Of([.. put.Select(member => member.MemberId)]), PostgresBatch.Of([.. put.Select(member => document.Write(member).ToArray())]));
    }

    private static void Totals(NpgsqlBatch batch, BatchRows rows)
    {
        var put = rows.Totals.Written.Values.OfType<TotalRecord>().ToList();
        if (put.Count == 0) return;
        batch.Add(
            """
            INSERT INTO totals (counter, value, period, revision)
            SELECT k.counter, k.value, k.period, m.sequence FROM meta m, unnest($1::text[], $2::bigint[], $3::text[]) k(counter, value, period)
            ON CONFLICT (counter) DO UPDATE SET value = excluded.value, period = excluded.period, revision = excluded.revision
            """,
            PostgresBatch.Of([.. put.Select(total => total.Counter)]),
            PostgresBatch.Of([.. put.Select(total => total.Value)]),
            PostgresBatch.Of([.. put.Select(total => total.Period)]));
    }

    private static void Answers(NpgsqlBatch batch, BatchRows rows)
    {
        var put = rows.Answers.Written.Where(row => row.Value is not null).Select(row => (row.Key, Row: row.Value!)).ToList();
        if (put.Count == 0) return;
        batch.Add(
            """
            INSERT INTO answers (key, member_key, member_check, at, request, answer, revision)
            SELECT k.key, k.hash, k.other, k.at, k.request, k.answer, m.sequence
            FROM meta m, unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[]) k(key, hash, other, at, request, answer)
            ON CONFLICT (key) DO UPDATE SET member_key = excluded.member_key, member_check = excluded.member_check, at = excluded.at,
                request = excluded.request, answer = excluded.answer, revision = excluded.revision
            """,
            PostgresBatch.Of([.. put.Select(row => PostgresRows.Bytes(row.Key))]),
            PostgresBatch.Of([.. put.Select(row => (long?)row.Row.Member?.Hash)]),
            PostgresBatch.Of([.. put.Select(row => (long?)row.Row.Member?.Check)]),
            PostgresBatch.Of([.. put.Select(row => row.Row.At)]),
            PostgresBatch.Of([.. put.Select(row => PostgresRows.Bytes(row.Row.Request))]),
            PostgresBatch.Of([.. put.Select(row => row.Row.Answer)]));
    }

    private static void Availability(NpgsqlBatch batch, BatchRows rows)
    {
        var put = rows.Availability.Written.Values.OfType<Store.AvailabilityRow>().ToList();
        if (put.Count == 0) return;
        batch.Add(
            """
            INSERT INTO availability (subject, subject_id, scope, scope_id, available, stock, price, valid_from, valid_until, version, epoch, revision)
            SELECT k.*, m.sequence FROM meta m,
                unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::boolean[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[]) k
            ON CONFLICT (subject_id, subject, scope, scope_id) DO UPDATE SET available = excluded.available, stock = excluded.stock, price = excluded.price,
                valid_from = excluded.valid_from, valid_until = excluded.valid_until, version = excluded.version, epoch = excluded.epoch, revision = excluded.revision
            """,
            PostgresBatch.Of([.. put.Select(row => (long)row.Subject)]),
            PostgresBatch.Of([.. put.Select(row => row.SubjectId)]),
            PostgresBatch.Of([.. put.Select(row => (long)row.Scope)]),
            PostgresBatch.Of([.. put.Select(row => row.ScopeId)]),
            PostgresBatch.Of([.. put.Select(row => row.Available)]),
            PostgresBatch.Of([.. put.Select(row => row.Stock)]),
            PostgresBatch.Of([.. put.Select(row => row.PriceMinor)]),
            PostgresBatch.Of([.. put.Select(row => row.ValidFrom?.UtcTicks)]),
            PostgresBatch.Of([.. put.Select(row => row.ValidUntil?.UtcTicks)]),
            PostgresBatch.Of([.. put.Select(row => (long)row.Version)]),
            PostgresBatch.Of([.. put.Select(row => (long)row.Epoch)]));
    }

    private static void Documents(NpgsqlBatch batch, PostgresTransaction transaction)
    {
        var (put, removed) = (transaction.Documents.Where(each => each.Value is not null).ToList(), transaction.Documents.Where(each => each.Value is null).ToList());
        if (put.Count > 0)
        {
            batch.Add(
                """
                INSERT INTO documents (kind, name, content) SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[])
                ON CONFLICT (kind, name) DO UPDATE SET content = excluded.content
                """,
                PostgresBatch.Of([.. put.Select(each => each.Key.Kind)]), PostgresBatch.Of([.. put.Select(each => each.Key.Name)]), PostgresBatch.Of([.. put.Select(each => each.Value!)]));
        }

        if (removed.Count > 0)
        {
            batch.Add(
                "DELETE FROM documents d USING unnest($1::bigint[], $2::text[]) k(kind, name) WHERE d.kind = k.kind AND d.name = k.name",
                PostgresBatch.Of([.. removed.Select(each => each.Key.Kind)]), PostgresBatch.Of([.. removed.Select(each => each.Key.Name)]));
        }
    }

    private static void Facts(NpgsqlBatch batch, BatchRows rows)
    {
        var written = rows.Facts.Written;
        var (put, removed) = (written.Where(each => each.Value is not null).ToList(), written.Where(each => each.Value is null).ToList());
        if (put.Count > 0)
        {
            batch.Add(
                """
                INSERT INTO facts (kind, name, content, revision) SELECT k.kind, k.name, k.content, m.sequence FROM meta m, unnest($1::text[], $2::text[], $3::text[]) k(kind, name, content)
                ON CONFLICT (kind, name) DO UPDATE SET content = excluded.content, revision = excluded.revision
                """,
                PostgresBatch.Of([.. put.Select(each => each.Key.Kind)]), PostgresBatch.Of([.. put.Select(each => each.Key.Name)]), PostgresBatch.Of([.. put.Select(each => each.Value!.Content)]));
        }

        if (removed.Count > 0)
        {
            batch.Add(
                "DELETE FROM facts f USING unnest($1::text[], $2::text[]) k(kind, name) WHERE f.kind = k.kind AND f.name = k.name",
                PostgresBatch.Of([.. removed.Select(each => each.Key.Kind)]), PostgresBatch.Of([.. removed.Select(each => each.Key.Name)]));
        }
    }

    private static void Actions(NpgsqlBatch batch, IReadOnlyList<ActionRecord> actions)
    {
        if (actions.Count == 0) return;
        batch.Add(
            """
            INSERT INTO actions (sequence, kind, at, member_key, member, offer, placement, channel, chain, store, detail)
            SELECT m.actions - $11 + k.i, k.kind, k.at, k.hash, k.member, k.offer, k.placement, k.channel, k.chain, k.store, k.detail
            FROM meta m, unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
                WITH ORDINALITY k(kind, at, hash, member, offer, placement, channel, chain, store, detail, i)
            """,
            PostgresBatch.Of([.. actions.Select(action => (long)action.Kind)]),
            PostgresBatch.Of([.. actions.Select(action => action.At.UtcTicks)]),
            PostgresBatch.Of([.. actions.Select(action => action.MemberId.Length == 0 ? null : (long?)(long)Store.MemberKey.From(action.MemberId).Hash)]),
            PostgresBatch.Of([.. actions.Select(action => action.MemberId)]),
            PostgresBatch.Of([.. actions.Select(action => action.OfferId)]),
            PostgresBatch.Of([.. actions.Select(action => action.Placement)]),
            PostgresBatch.Of([.. actions.Select(action => action.Channel)]),
            PostgresBatch.Of([.. actions.Select(action => action.ChainId)]),
            PostgresBatch.Of([.. actions.Select(action => action.StoreId)]),
            PostgresBatch.Of([.. actions.Select(action => action.Detail)]),
            PostgresBatch.Of((long)actions.Count));
    }

    private static void Audit(NpgsqlBatch batch, IReadOnlyList<AuditNote> notes)
    {
        if (notes.Count == 0) return;
        batch.Add(
            """
            INSERT INTO audit (sequence, at, act, subject, detail)
            SELECT m.audits - $5 + k.i, k.at, k.act, k.subject, k.detail
            FROM meta m, unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY k(at, act, subject, detail, i)
            """,
            PostgresBatch.Of([.. notes.Select(note => note.At.UtcTicks)]),
            PostgresBatch.Of([.. notes.Select(note => note.Act)]),
            PostgresBatch.Of([.. notes.Select(note => note.Subject)]),
            PostgresBatch.Of([.. notes.Select(note => note.Detail)]),
            PostgresBatch.Of((long)notes.Count));
    }
}
