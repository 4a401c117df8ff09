using System.Buffers.Binary;
using DecisionServer.Store;
using Npgsql;

namespace DecisionServer.Journal;

/// <summary>All rows that a batch has to do with, by table; and how those it wants are read, in one round trip.</summary>
internal sealed class BatchRows
{
    private readonly Func<NpgsqlConnection> _connection;
    private bool _anyWanted;

    /// <param name="connection">The writer's connection.</param>
    public BatchRows(Func<NpgsqlConnection> connection)
    {
        _connection = connection;
        Members = new(Missing);
        Totals = new(Missing);
        Answers = new(Missing);
        Availability = new(Missing);
        Facts = new(Missing);
    }

    public RowView<string, MemberRecord> Members { get; }

    public RowView<string, TotalRecord> Totals { get; }

    public RowView<UInt128, AnswerRow> Answers { get; }

    public RowView<AvailabilityKey, AvailabilityRow> Availability { get; }

    public RowView<FactKey, NamedDocument> Facts { get; }

    /// <summary>Where truth stood when the rows were read, or at the last commit of this node.</summary>
    public TruthState State { get; set; }

    /// <summary>Number of the last commit before the first row was read. Null: none was.</summary>
    public long? ReadFrom { get; private set; }

    /// <summary>Whether a row is wanted that was not read; what was judged without it does not count.</summary>
    public bool AnyWanted => _anyWanted;

    /// <summary>Rows are read at once where they are wanted, one after the other.</summary>
    public bool AtOnce { get; set; }

    public void Begin(bool anew)
    {
        Members.Begin(anew);
        Totals.Begin(anew);
        Answers.Begin(anew);
        Availability.Begin(anew);
        Facts.Begin(anew);
        _anyWanted = false;
        if (anew) (ReadFrom, AtOnce) = (null, false);
    }

    public void EndCommand()
    {
        Members.EndCommand();
        Totals.EndCommand();
        Answers.EndCommand();
        Availability.EndCommand();
        Facts.EndCommand();
    }

    public void UndoCommand()
    {
        Members.UndoCommand();
        Totals.UndoCommand();
        Answers.UndoCommand();
        Availability.UndoCommand();
        Facts.UndoCommand();
    }

    /// <summary>Reads what is wanted, and where truth stands.</summary>
    /// <param name="hold">Nobody else commits from here until the transaction ends.</param>
    public void Fetch(bool hold = false)
    {
        using var batch = new NpgsqlBatch(_connection());
        var readers = new List<Action<NpgsqlDataReader>> { row => State = PostgresRows.State(row) };
        batch.Add($"SELECT {PostgresRows.StateColumns} FROM meta{(hold ? " FOR UPDATE" : "")}");
        if (Members.Wanted.Count > 0)
        {
            batch.Add("SELECT member, state, revision FROM members WHERE member = ANY($1)", PostgresBatch.Of([.. Members.Wanted]));
            readers.Add(row => Members.Found(row.GetString(0), PostgresRows.Member(row.GetFieldValue<byte[]>(1)), row.GetInt64(2)));
        }

        if (Totals.Wanted.Count > 0)
        {
            batch.Add("SELECT counter, value, period, revision FROM totals WHERE counter = ANY($1)", PostgresBatch.Of([.. Totals.Wanted]));
            readers.Add(row => Totals.Found(row.GetString(0), new TotalRecord(row.GetString(0), row.GetInt64(1), row.GetString(2)), row.GetInt64(3)));
        }

        if (Answers.Wanted.Count > 0)
        {
            batch.Add(
                "SELECT key, member_key, member_check, at, request, answer, revision FROM answers WHERE key = ANY($1)",
                PostgresBatch.Of([.. Answers.Wanted.Select(PostgresRows.Bytes)]));
            readers.Add(row => Answers.Found(BinaryPrimitives.ReadUInt128LittleEndian(row.GetFieldValue<byte[]>(0)), PostgresRows.Answer(row), row.GetInt64(6)));
        }

        if (Availability.Wanted.Count > 0)
        {
            batch.Add(
                $"""
                SELECT {PostgresRows.AvailabilityColumns} FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[]) k(subject, subject_id, scope, scope_id)
                JOIN availability a USING (subject_id, subject, scope, scope_id)
                """,
                PostgresBatch.Of([.. Availability.Wanted.Select(key => (long)key.Subject)]),
                PostgresBatch.Of([.. Availability.Wanted.Select(key => key.SubjectId)]),
                PostgresBatch.Of([.. Availability.Wanted.Select(key => (long)key.Scope)]),
                PostgresBatch.Of([.. Availability.Wanted.Select(key => key.ScopeId)]));
            readers.Add(row =>
            {
                var found = PostgresRows.Availability(row);
                Availability.Found(AvailabilityKey.Of(found), found, row.GetInt64(11));
            });
        }

        if (Facts.Wanted.Count > 0)
        {
            batch.Add(
                "SELECT f.kind, f.name, f.content, f.revision FROM unnest($1::text[], $2::text[]) k(kind, name) JOIN facts f USING (kind, name)",
                PostgresBatch.Of([.. Facts.Wanted.Select(key => key.Kind)]),
                PostgresBatch.Of([.. Facts.Wanted.Select(key => key.Name)]));
            readers.Add(row => Facts.Found(new FactKey(row.GetString(0), row.GetString(1)), new NamedDocument(row.GetString(1), row.GetString(2)), row.GetInt64(3)));
        }

        using (var reader = batch.ExecuteReader())
        {
            foreach (var read in readers)
            {
                while (reader.Read()) read(reader);
                reader.NextResult();
            }
        }

        Settle();
    }

    /// <summary>Reads rows that have no single key.</summary>
    public List<T> List<T>(string sql, Func<NpgsqlDataReader, T> read, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        using var batch = new NpgsqlBatch(_connection());
        batch.Add($"SELECT {PostgresRows.StateColumns} FROM meta").Add(sql, parameters);
        using var reader = batch.ExecuteReader();
        while (reader.Read())
        {
            State = PostgresRows.State(reader);
            ReadFrom ??= State.Sequence;
        }

        reader.NextResult();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    private void Settle()
    {
        Members.Settle();
        Totals.Settle();
        Answers.Settle();
        Availability.Settle();
        Facts.Settle();
        _anyWanted = false;
        ReadFrom ??= State.Sequence;
    }

    private void Missing()
    {
        _anyWanted = true;
        if (AtOnce) Fetch();
    }
}
