namespace DecisionServer.Journal;

/// <summary>
/// Rows of one table as a batch sees them: what its commands wrote, above what was read. A row that was not read yet counts as absent for now, and is noted, to be
/// read before the batch runs again.
/// </summary>
internal sealed class RowView<TKey, TValue>(Action missing)
    where TKey : notnull
    where TValue : class
{
    private readonly Dictionary<TKey, (TValue? Value, long Revision)> _read = [];
    private readonly Dictionary<TKey, TValue?> _batch = [];
    private readonly Dictionary<TKey, TValue?> _command = [];
    private readonly HashSet<TKey> _wanted = [];

    /// <summary>Rows to be read.</summary>
    public IReadOnlyCollection<TKey> Wanted => _wanted;

    /// <summary>Rows read, with the number of the commit that wrote each; 0: absent.</summary>
    public IEnumerable<(TKey Key, long Revision)> Read => _read.Select(row => (row.Key, row.Value.Revision));

    /// <summary>Rows of the batch; null: deleted.</summary>
    public IReadOnlyDictionary<TKey, TValue?> Written => _batch;

    /// <summary>Rows that the command wrote which runs now, too.</summary>
    public IEnumerable<KeyValuePair<TKey, TValue?>> WrittenNow => _batch.Where(row => !_command.ContainsKey(row.Key)).Concat(_command);

    /// <summary>Keys of rows read that are so.</summary>
    public List<TKey> ReadOf(Func<TValue, bool> condition) => [.. _read.Where(row => row.Value.Value is { } value && condition(value)).Select(row => row.Key)];

    public TValue? Get(TKey key)
    {
        if (_command.TryGetValue(key, out var value) || _batch.TryGetValue(key, out value)) return value;
        if (_read.TryGetValue(key, out var row)) return row.Value;
        _wanted.Add(key);
        missing();
        return _read.TryGetValue(key, out row) ? row.Value : null;
    }

    public void Put(TKey key, TValue? value) => _command[key] = value;

    /// <summary>A row was found.</summary>
    public void Found(TKey key, TValue value, long revision) => _read[key] = (value, revision);

    /// <summary>All rows wanted were looked for: those not found are absent.</summary>
    public void Settle()
    {
        foreach (var key in _wanted) _read.TryAdd(key, (null, 0));
        _wanted.Clear();
    }

    public void EndCommand()
    {
        foreach (var (key, value) in _command) _batch[key] = value;
        _command.Clear();
    }

    public void UndoCommand() => _command.Clear();

    /// <summary>Forgets what was written; what was read stays, unless all is to be read anew.</summary>
    public void Begin(bool anew)
    {
        _batch.Clear();
        _command.Clear();
        if (!anew) return;
        _read.Clear();
        _wanted.Clear();
    }
}
