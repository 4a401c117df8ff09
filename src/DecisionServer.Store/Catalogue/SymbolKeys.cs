namespace DecisionServer.Store;

/// <summary>The numbers of a <see cref="SymbolTable"/> by the keys (<see cref="NameKey"/>) of its names. Immutable, looked up without allocation.</summary>
public sealed class SymbolKeys
{
    private readonly Dictionary<ulong, int> _ids;

    internal SymbolKeys(SymbolTable names)
    {
        _ids = new Dictionary<ulong, int>(names.Count);
        for (var id = 0; id < names.Count; id++) _ids[NameKey.From(names[id])] = id;
    }

    /// <summary>The number of a name, by its key.</summary>
    public bool TryGet(ulong key, out int id) => _ids.TryGetValue(key, out id);
}
