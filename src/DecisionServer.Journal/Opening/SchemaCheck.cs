namespace DecisionServer.Journal;

/// <summary>Brings a database to the newest form, and compares the form it has with the one it should have.</summary>
internal static class SchemaCheck
{
    /// <exception cref="JournalDamagedException">The database has a form that is not known here, or says two different things about it.</exception>
    public static void RequireKnown(Database database, Meta meta, IReadOnlyList<Migration> migrations)
    {
        var form = database.Integer("PRAGMA user_version");
        if (form > migrations.Count)
        {
            throw new JournalDamagedException(
                database.Path, $"has form {form}, this version knows forms up to {migrations.Count}", "Start the version of the server that wrote it, or a later one.");
        }

        if (form != meta.Form) throw Damage.Of(database.Path, $"says that it has form {form}, its table meta says form {meta.Form}");
        if (database.Text("PRAGMA encoding") != "UTF-8") throw Damage.Of(database.Path, "is not encoded in UTF-8");
    }

    /// <summary>Runs a new database's steps, or those that are due; within a transaction of the caller.</summary>
    public static void Migrate(Database database, long from, IReadOnlyList<Migration> migrations)
    {
        foreach (var migration in migrations.Skip((int)from))
        {
            foreach (var statement in migration.Statements) database.Run(statement);
        }

        database.Run($"PRAGMA user_version = {migrations.Count}");
    }

    /// <summary>A statement of the schema that lost a bit may still be a statement; so all are compared with what the steps make.</summary>
    public static void RequireExact(Database database, IReadOnlyList<Migration> migrations)
    {
        const string Objects = "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1";
        using var model = Database.Open(":memory:", create: true);
        Migrate(model, 0, migrations);
        var expected = model.Texts(Objects);
        var found = database.Texts(Objects);
        var strange = found.Except(expected).Concat(expected.Except(found)).FirstOrDefault();
        if (strange is not null) throw Damage.Of(database.Path, $"does not have the schema of its form: {strange.Split('\n')[0]}");
    }
}
