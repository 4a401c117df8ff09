namespace DecisionServer.Store;

/// <summary>Numbers names; the numbers of a table it starts from stay as they are.</summary>
internal sealed class SymbolTableBuilder
{
    private readonly SymbolTable? _from;
    private Dictionary<string, int>? _ids;
    private List<string>? _names;

    public SymbolTableBuilder(SymbolTable? from = null) => _from = from;

    public int Count => _names?.Count ?? _from?.Count ?? 0;

    /// <summary>The number of a name, a new one where it has none yet. -1 for the empty name.</summary>
    public int Add(string name)
    {
        if (name.Length == 0) return -1;
        if (_ids is null)
        {
            if (_from is not null && _from.TryGet(name, out var known)) return known;
            Copy();
        }

        if (_ids!.TryGetValue(name, out var id)) return id;
        id = _names!.Count;
        _ids.Add(name, id);
        _names.Add(name);
        return id;
    }

    /// <summary>The numbers of some names: sorted, each once.</summary>
    public int[] AddAll(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return [];
        var ids = new int[names.Count];
        for (var i = 0; i < ids.Length; i++) ids[i] = Add(names[i]);
        Array.Sort(ids);
        return SortedSets.Distinct(ids);
    }

    public SymbolTable Build() =>
        _ids is null && _from is not null ? _from : new SymbolTable(_ids ?? new(StringComparer.Ordinal), _names?.ToArray() ?? []);

    // Most changes of a catalogue bring no new name: the table is copied only when the first one comes.
    private void Copy()
    {
        _ids = new(StringComparer.Ordinal);
        _names = [];
        for (var id = 0; id < (_from?.Count ?? 0); id++)
        {
            _ids.Add(_from![id], id);
            _names.Add(_from[id]);
        }
    }
}
