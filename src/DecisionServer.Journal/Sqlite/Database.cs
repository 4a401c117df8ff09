using SQLitePCL;

namespace DecisionServer.Journal;

/// <summary>A connection. Not for more than one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private readonly sqlite3 _handle;
    private readonly List<Statement> _statements = [];

    static Database() => Batteries_V2.Init();

    private Database(sqlite3 handle, string path) => (_handle, Path) = (handle, path);

    public string Path { get; }

    /// <summary>Whether no transaction is open.</summary>
    public bool IsIdle => raw.sqlite3_get_autocommit(_handle) != 0;

    /// <summary>Rows that the last statement changed.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>Opens a file; makes it where <paramref name="create"/> says so.</summary>
    public static Database Open(string path, bool create = false, bool readOnly = false)
    {
        var flags = readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | (create ? raw.SQLITE_OPEN_CREATE : 0);
        var result = raw.sqlite3_open_v2(path, out var handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        if (result == raw.SQLITE_OK)
        {
            raw.sqlite3_extended_result_codes(handle, 1);
            return new Database(handle, path);
        }

        var message = handle is null ? "cannot be opened" : raw.sqlite3_errmsg(handle).utf8_to_string();
        handle?.Dispose();
        throw new SqliteFault(result, message);
    }

    /// <summary>A statement that lives as long as the connection.</summary>
    public Statement Prepare(string sql)
    {
        var statement = PrepareOnce(sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Runs one statement and forgets it.</summary>
    public void Run(string sql)
    {
        using var statement = PrepareOnce(sql);
        while (statement.Step())
        {
            // Pragmas answer with rows.
        }
    }

    /// <summary>The first column of the first row.</summary>
    public string Text(string sql)
    {
        using var statement = PrepareOnce(sql);
        return statement.Step() ? statement.Text(0) : "";
    }

    /// <summary>The first column of the first row.</summary>
    public long Integer(string sql)
    {
        using var statement = PrepareOnce(sql);
        return statement.Step() ? statement.Integer(0) : 0;
    }

    /// <summary>The first column of all rows.</summary>
    public List<string> Texts(string sql)
    {
        using var statement = PrepareOnce(sql);
        var texts = new List<string>();
        while (statement.Step()) texts.Add(statement.Text(0));
        return texts;
    }

    /// <summary>Carries the log over into the database file.</summary>
    /// <param name="truncate">Also cut the log to nothing. Else as far as readers allow.</param>
    /// <returns>Whether all of it was carried over (and cut).</returns>
    public bool Checkpoint(bool truncate)
    {
        var mode = truncate ? raw.SQLITE_CHECKPOINT_TRUNCATE : raw.SQLITE_CHECKPOINT_PASSIVE;
        var result = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out var inLog, out var carried);
        if ((result & 0xFF) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED) return false;
        Check(result);
        return truncate || inLog == carried;
    }

    /// <summary>Pages written to the log since this was last asked with <paramref name="reset"/>.</summary>
    public int PagesWritten(bool reset)
    {
        Check(raw.sqlite3_db_status(_handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var written, out _, reset ? 1 : 0));
        return written;
    }

    /// <summary>Closing leaves the log alone: what a refused start found stays as it is.</summary>
    public void KeepLogOnClose() => Check(raw.sqlite3_db_config(_handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _));

    /// <summary>From any thread: ends the statement that runs.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(_handle);

    public SqliteFault Fault() => new(raw.sqlite3_extended_errcode(_handle), raw.sqlite3_errmsg(_handle).utf8_to_string());

    public void Dispose()
    {
        foreach (var statement in _statements) statement.Dispose();
        _handle.manual_close_v2();
    }

    private Statement PrepareOnce(string sql)
    {
        Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
        return new Statement(this, handle);
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) throw Fault();
    }
}
