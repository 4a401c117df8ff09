namespace DecisionServer.Store;

/// <summary>
/// Which generations there are and which of them serve. Its lock is held for moments only, so that asking never waits for a change under way.
/// </summary>
internal sealed class GenerationTable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, GenerationSlot> _slots = new(StringComparer.Ordinal);

    /// <summary>The one that serves.</summary>
    public GenerationSlot? Current { get; private set; }

    /// <summary>The one to roll back to.</summary>
    public GenerationSlot? Previous { get; private set; }

    public IReadOnlyList<GenerationInfo> List()
    {
        lock (_gate)
        {
            return [.. _slots.Values.Select(Info).OrderByDescending(info => info.CreatedAt).ThenBy(info => info.Id, StringComparer.Ordinal)];
        }
    }

    public GenerationInfo Get(string id)
    {
        lock (_gate)
        {
            return Info(Slot(id));
        }
    }

    public bool TryFind(string id, out GenerationSlot slot)
    {
        lock (_gate)
        {
            return _slots.TryGetValue(id, out slot!);
        }
    }

    /// <summary>The slot of an id.</summary>
    /// <exception cref="GenerationException">There is none.</exception>
    public GenerationSlot Slot(string id) =>
        TryFind(id, out GenerationSlot slot) ? slot : throw new GenerationException(GenerationError.NotFound, $"there is no generation '{id}'");

    /// <summary>Bytes of memory that all generations but one take, or are going to take once loaded.</summary>
    public long MemoryBytes(string besides)
    {
        lock (_gate)
        {
            return _slots.Values.Where(slot => slot.Folder.Id != besides).Sum(slot => slot.Generation?.MemoryBytes ?? slot.Session?.MemoryBytes ?? slot.Incoming);
        }
    }

    public void Add(GenerationSlot slot)
    {
        lock (_gate)
        {
            _slots.Add(slot.Folder.Id, slot);
        }
    }

    /// <summary>Puts a slot in the place of the one of the same id, if there is one.</summary>
    public void Replace(GenerationSlot slot) => Change(() =>
    {
        if (Previous is not null && Previous.Folder.Id == slot.Folder.Id)
        {
            Previous = slot;
            slot.State = GenerationState.Retired;
        }

        _slots[slot.Folder.Id] = slot;
    });

    public void Remove(GenerationSlot slot)
    {
        lock (_gate)
        {
            _slots.Remove(slot.Folder.Id);
            Previous = Previous == slot ? null : Previous;
        }
    }

    /// <summary>Changes a slot so that whoever asks sees all of the change or nothing.</summary>
    public void Change(Action change)
    {
        lock (_gate)
        {
            change();
        }
    }

    public void MakeCurrent(GenerationSlot slot) => Change(() =>
    {
        Current = slot;
        (slot.State, slot.Failure) = (GenerationState.Current, "");
    });

    public void MakePrevious(GenerationSlot? slot) => Change(() =>
    {
        Previous = slot;
        if (slot is not null)
        {
            slot.State = GenerationState.Retired;
        }
    });

    /// <summary>Those in memory.</summary>
    public IReadOnlyList<Generation> Open()
    {
        lock (_gate)
        {
            return [.. _slots.Values.Select(slot => slot.Generation).OfType<Generation>()];
        }
    }

    /// <summary>Ends the loads under way and closes their files.</summary>
    public void CloseLoads()
    {
        foreach (GenerationSlot slot in _slots.Values)
        {
            slot.Session?.Dispose();
        }
    }

    private GenerationInfo Info(GenerationSlot slot) => slot.ToInfo(slot == Previous);
}
