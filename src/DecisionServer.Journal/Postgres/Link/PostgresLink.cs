using System.Globalization;
using Npgsql;

namespace DecisionServer.Journal;

/// <summary>Connections to PostgreSQL, with bounds on all that they may wait for.</summary>
internal sealed class PostgresLink : IDisposable
{
    /// <summary>Under which name connections show themselves in pg_stat_activity.</summary>
    public const string Application = "DecisionServer journal";

    private readonly NpgsqlDataSource _source;

    public PostgresLink(PostgresJournalOptions options)
    {
        var text = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        Name = string.Create(CultureInfo.InvariantCulture, $"PostgreSQL at {text.Host}:{text.Port}, database {text.Database ?? text.Username}");
        text.SearchPath = options.Schema;
        text.ApplicationName = Application;
        text.Timeout = (int)options.ConnectTimeout.TotalSeconds;

        // PostgreSQL gives up first, so that it is known what became of a statement; only where it does not answer at all does this side.
        text.CommandTimeout = (int)options.Timeout.TotalSeconds + 2;
        text.CancellationTimeout = -1;
        text.MaxPoolSize = 6;
        text.MaxAutoPrepare = 80;
        text.AutoPrepareMinUsages = 2;
        text.Multiplexing = false;
        text.IncludeErrorDetail = false;

        // A commit mostly leaves in one piece: one that stops half-way holds up the others.
        text.WriteBufferSize = 256 << 10;

        // Plans are kept, also those made while a table was empty: all statements look for rows by their keys, however few there seem to be.
        var milliseconds = (long)options.Timeout.TotalMilliseconds;
        text.Options = string.Create(
            CultureInfo.InvariantCulture,
            $"{text.Options} -c statement_timeout={milliseconds} -c lock_timeout={milliseconds / 2} -c idle_in_transaction_session_timeout={milliseconds / 2} -c client_min_messages=warning -c enable_seqscan=off -c jit=off -c plan_cache_mode=force_generic_plan -c default_transaction_isolation=read\\ committed -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout={milliseconds}").Trim();
        _source = NpgsqlDataSource.Create(text);
    }

    /// <summary>What it is, without user and password.</summary>
    public string Name { get; }

    public NpgsqlConnection Open() => _source.OpenConnection();

    public ValueTask<NpgsqlConnection> Open(CancellationToken cancellation) => _source.OpenConnectionAsync(cancellation);

    /// <summary>Forgets connections that lie idle: what is behind them may be gone.</summary>
    public void Clear() => _source.Clear();

    public void Dispose() => _source.Dispose();
}
