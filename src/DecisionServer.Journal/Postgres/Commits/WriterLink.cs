using Npgsql;

namespace DecisionServer.Journal;

/// <summary>The writer's one connection, and the rows of its batches. Not for more than one thread.</summary>
internal sealed class WriterLink : IDisposable
{
    private readonly PostgresLink _link;
    private NpgsqlConnection? _connection;

    public WriterLink(PostgresLink link)
    {
        _link = link;
        Rows = new BatchRows(() => _connection ?? throw new IOException("there is no connection"));
    }

    public BatchRows Rows { get; }

    /// <summary>Which table meta was found when it connected.</summary>
    public (Guid Journal, long Table) Truth { get; private set; }

    public bool IsOpen => _connection is not null;

    public NpgsqlConnection Connection => _connection!;

    /// <summary>Connects, unless it is. Reads where truth stands.</summary>
    /// <returns>Which truth it is. Null: it was connected.</returns>
    public string? Open()
    {
        if (_connection is not null) return null;
        _connection = _link.Open();
        try
        {
            // What is acknowledged is on a disk, whatever the database's default is.
            _connection.Run("SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'");
            using var epoch = new NpgsqlCommand("SELECT truth_epoch()", _connection);
            var text = (string)epoch.ExecuteScalar()!;
            Rows.Begin(anew: true);
            Rows.Fetch();
            Truth = (Rows.State.Journal, Rows.State.Table);
            return text;
        }
        catch
        {
            Drop();
            throw;
        }
    }

    /// <summary>Gives the connection up: it is lost, or its state is open.</summary>
    public void Drop()
    {
        try
        {
            // Not back to the others that lie idle: closed.
            _link.Clear();
            _connection?.Dispose();
        }
        catch (Exception e) when (PostgresFault.IsOfTruth(e))
        {
            // It was lost already.
        }

        _connection = null;
    }

    public void Dispose() => Drop();
}
