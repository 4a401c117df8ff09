namespace DecisionServer.Store;

/// <summary>Names numbered from 0 in the order of their first appearance. Immutable, thread-safe, looked up without allocation.</summary>
public sealed class SymbolTable
{
    // A plain dictionary, not a frozen one: freezing a million offer ids takes seconds, and lookups gain little.
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly string[] _names;

    internal SymbolTable(Dictionary<string, int> ids, string[] names)
    {
        _ids = ids;
        _bySpan = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _names = names;
    }

    /// <summary>How many names there are.</summary>
    public int Count => _names.Length;

    /// <summary>The name of a number between 0 and <see cref="Count"/> - 1.</summary>
    public string this[int id] => _names[id];

    /// <summary>The number of a name, ordinal.</summary>
    public bool TryGet(string name, out int id) => _ids.TryGetValue(name, out id);

    /// <summary>The number of a name, ordinal.</summary>
    public bool TryGet(ReadOnlySpan<char> name, out int id) => _bySpan.TryGetValue(name, out id);

    /// <summary>The number of a name, or -1 where it is empty or unknown.</summary>
    public int Find(ReadOnlySpan<char> name) => !name.IsEmpty && _bySpan.TryGetValue(name, out var id) ? id : -1;
}
