using DecisionServer.Store;
using Npgsql;

namespace DecisionServer.Journal;

/// <summary>Who was erased, in a file of this node: PostgreSQL's own table goes back with a restored backup.</summary>
internal sealed class ErasureMemory : IDisposable
{
    private readonly ErasureFile _file;
    private readonly HashSet<ErasedMember> _known = [];
    private long _seen;

    /// <exception cref="JournalDamagedException">The file is damaged.</exception>
    public ErasureMemory(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _file = ErasureFile.Open(path, 0);
        foreach (var entry in _file.Entries) _known.Add(new ErasedMember(entry.Member, entry.AtTicks));
    }

    /// <summary>Compares with all that truth knows, and remembers what is new.</summary>
    /// <returns>What truth has forgotten.</returns>
    public List<ErasedMember> Compare(NpgsqlConnection connection)
    {
        _seen = 0;
        var truth = Read(connection);
        Remember(truth);
        return [.. _file.Entries.Select(entry => new ErasedMember(entry.Member, entry.AtTicks)).Except(truth)];
    }

    /// <summary>Remembers what truth has come to know since.</summary>
    /// <param name="connection">The writer's.</param>
    /// <param name="any">False: there is nothing.</param>
    public void Follow(NpgsqlConnection connection, bool any = true)
    {
        if (any) Remember(Read(connection));
    }

    public void Dispose() => _file.Dispose();

    private void Remember(List<ErasedMember> erased)
    {
        List<Erasure> unknown = [.. erased.Where(_known.Add).Select(each => new Erasure(each.Member, each.AtTicks, 0))];
        if (unknown.Count > 0) _file.Append(unknown);
    }

    private List<ErasedMember> Read(NpgsqlConnection connection)
    {
        using var batch = new NpgsqlBatch(connection);
        batch.Add("""SELECT hash, "check", at, ordinal FROM erasures WHERE ordinal > $1 ORDER BY ordinal""", PostgresBatch.Of(_seen));
        using var reader = batch.ExecuteReader();
        var erased = new List<ErasedMember>();
        while (reader.Read())
        {
            erased.Add(new ErasedMember(new MemberKey((ulong)reader.GetInt64(0), (ulong)reader.GetInt64(1)), reader.GetInt64(2)));
            _seen = reader.GetInt64(3);
        }

        return erased;
    }
}
