using Microsoft.Extensions.Logging;
using Npgsql;

namespace DecisionServer.Journal;

/// <summary>Makes the schema, brings it to the newest form, or refuses it. Several nodes may do so at once.</summary>
internal sealed class PostgresOpening(PostgresLink link, PostgresJournalOptions options, ILogger logger, IReadOnlyList<Migration> migrations)
{
    private const int Attempts = 20;

    // Two nodes made the same thing at the same moment.
    private static readonly HashSet<string> Races =
        [PostgresErrorCodes.UniqueViolation, PostgresErrorCodes.DuplicateSchema, PostgresErrorCodes.DuplicateTable, PostgresErrorCodes.DuplicateFunction, PostgresErrorCodes.SerializationFailure, PostgresErrorCodes.DeadlockDetected, "XX000"];

    /// <exception cref="JournalDamagedException">The schema is another application's, or of a later form.</exception>
    public void Run()
    {
        for (var attempt = 1; ; attempt++)
        {
            using var connection = link.Open();
            using var transaction = connection.BeginTransaction();
            try
            {
                Run(connection);
                transaction.Commit();
                return;
            }
            catch (PostgresException e) when (attempt < Attempts && Races.Contains(e.SqlState))
            {
                // The other one is done now, or will be.
            }
        }
    }

    private void Run(NpgsqlConnection connection)
    {
        // 1. Whose is it?
        var tables = Texts(connection, "SELECT tablename::text FROM pg_tables WHERE schemaname = $1 ORDER BY 1", options.Schema);
        if (tables.Count == 0)
        {
            Create(connection);
            return;
        }

        var columns = Texts(connection, "SELECT column_name::text FROM information_schema.columns WHERE table_schema = $1 AND table_name = 'meta'", options.Schema);
        if (!columns.Contains("application") || !columns.Contains("form") || Texts(connection, "SELECT application FROM meta") is not [PostgresSchema.Application])
            throw Refused("belongs to another application", "Name a schema, or a database, of this server's own.");

        // 2. Its form.
        var form = Number(connection, "SELECT form FROM meta FOR UPDATE");
        if (form > migrations.Count)
            throw Refused($"has form {form}, this version knows forms up to {migrations.Count}", "Start the version of the server that wrote it, or a later one.");
        if (form == migrations.Count) return;
        Migrate(connection, (int)form);
        connection.Run($"UPDATE meta SET form = {migrations.Count}");
        for (var next = (int)form; next < migrations.Count; next++) Log.Migrated(logger, Place, next + 1, migrations[next].Name);
    }

    private void Create(NpgsqlConnection connection)
    {
        connection.Run($"CREATE SCHEMA IF NOT EXISTS {options.Schema}");
        Migrate(connection, 0);
        using var command = new NpgsqlCommand($"INSERT INTO meta (one, application, form, journal) VALUES (true, $1, {migrations.Count}, gen_random_uuid())", connection);
        command.Parameters.Add(PostgresBatch.Of(PostgresSchema.Application));
        command.ExecuteNonQuery();
        Log.Created(logger, Place);
    }

    private void Migrate(NpgsqlConnection connection, int from)
    {
        foreach (var migration in migrations.Skip(from))
        {
            foreach (var statement in migration.Statements) connection.Run(statement);
        }
    }

    private string Place => $"{link.Name}, schema {options.Schema}";

    private JournalDamagedException Refused(string fault, string remedy) => new(Place, fault, remedy);

    private static List<string> Texts(NpgsqlConnection connection, string sql, params ReadOnlySpan<string> values)
    {
        using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(PostgresBatch.Of(value));
        using var reader = command.ExecuteReader();
        var texts = new List<string>();
        while (reader.Read()) texts.Add(reader.GetString(0));
        return texts;
    }

    private static long Number(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return (long)command.ExecuteScalar()!;
    }
}
