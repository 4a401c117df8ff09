using SQLitePCL;

namespace DecisionServer.BareCommit;

/// <summary>An SQLite connection, as bare as it gets.</summary>
internal sealed class Connection : IDisposable
{
    private readonly sqlite3 _handle;

    public Connection(string path, bool create)
    {
        Batteries_V2.Init();
        int flags = raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_NOMUTEX | (create ? raw.SQLITE_OPEN_CREATE : 0);
        int result = raw.sqlite3_open_v2(path, out _handle, flags, null);
        if (result != raw.SQLITE_OK)
            throw new IOException($"{path}: cannot be opened (SQLite error {result})");
    }

    public sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out sqlite3_stmt statement));
        return statement;
    }

    public void Run(string sql)
    {
        using sqlite3_stmt statement = Prepare(sql);
        Step(statement);
    }

    /// <summary>Runs a statement to its end.</summary>
    public void Step(sqlite3_stmt statement)
    {
        int result;
        while ((result = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
        {
            // Pragmas answer with rows.
        }

        raw.sqlite3_reset(statement);
        if (result != raw.SQLITE_DONE)
            throw Fault(result);
    }

    /// <summary>All rows of a table, in an order.</summary>
    public List<Row> Read(string table, string order, int limit)
    {
        var rows = new List<Row>();
        using sqlite3_stmt statement = Prepare($"SELECT * FROM {table} ORDER BY {order} LIMIT {limit}");
        while (raw.sqlite3_step(statement) == raw.SQLITE_ROW)
            rows.Add(Row.Read(statement));
        return rows;
    }

    public void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            throw Fault(result);
    }

    public void Dispose() => _handle.manual_close_v2();

    private IOException Fault(int result) => new($"{raw.sqlite3_errmsg(_handle).utf8_to_string()} (SQLite error {result})");
}
