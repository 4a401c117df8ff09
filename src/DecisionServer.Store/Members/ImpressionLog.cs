namespace DecisionServer.Store;

/// <summary>
/// Impressions that decisions have counted in serving and the journal does not know yet. Decisions add, one flusher takes; what a
/// crash finds here is lost, which is why it is flushed within a second.
/// </summary>
public sealed class ImpressionLog
{
    /// <summary>Most impressions that wait. Beyond, they count in serving only; <see cref="Dropped"/> tells how many.</summary>
    public const int MaxWaiting = 1_000_000;

    private readonly Lock _lock = new();
    private List<Impression> _waiting = [];
    private List<Impression> _spare = [];
    private long _dropped;

    /// <summary>Impressions that the journal will never know of.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Impressions that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    /// <summary>Adds impressions of one decision.</summary>
    public void Add(ReadOnlySpan<Impression> impressions)
    {
        lock (_lock)
        {
            if (_waiting.Count + impressions.Length <= MaxWaiting) _waiting.AddRange(impressions);
            else _dropped += impressions.Length;
        }
    }

    /// <summary>
    /// Takes everything that waits. The list belongs to the flusher until it calls <see cref="Done"/>; there is one flusher.
    /// </summary>
    public IReadOnlyList<Impression> Take()
    {
        lock (_lock)
        {
            var taken = _waiting;
            _waiting = _spare;
            _spare = taken;
            return taken;
        }
    }

    /// <summary>The journal has taken over what <see cref="Take"/> gave.</summary>
    public void Done()
    {
        lock (_lock) _spare.Clear();
    }

    /// <summary>The journal has taken over only the first <paramref name="taken"/>: the others wait again, the first in line.</summary>
    public void PutBack(int taken)
    {
        lock (_lock)
        {
            _spare.RemoveRange(0, taken);
            var room = Math.Max(0, MaxWaiting - _spare.Count);
            _dropped += Math.Max(0, _waiting.Count - room);
            _spare.AddRange(_waiting.Take(room));
            (_waiting, _spare) = (_spare, _waiting);
            _spare.Clear();
        }
    }

    /// <summary>Some of what <see cref="Take"/> gave is in the journal from now on: it becomes empty, its member id is null.</summary>
    public void Written(int from, int count)
    {
        lock (_lock)
        {
            for (var i = from; i < Math.Min(from + count, _spare.Count); i++) _spare[i] = default;
        }
    }

    /// <summary>Copies what serving has counted and the journal does not know yet, oldest first.</summary>
    /// <param name="into">Is emptied first.</param>
    /// <param name="memberId">Only of this member; null: of all.</param>
    public void CopyPending(List<Impression> into, string? memberId)
    {
        into.Clear();
        lock (_lock)
        {
            Copy(_spare, into, memberId);
            Copy(_waiting, into, memberId);
        }
    }

    /// <summary>Takes away what waits of a member that is erased. What is being flushed becomes empty: its member id is null.</summary>
    public void Forget(string memberId) => Forget(id => id == memberId);

    /// <summary>The same for a member whose id is not known any more.</summary>
    public void Forget(MemberKey member) => Forget(id => MemberKey.From(id) == member);

    private void Forget(Func<string, bool> isMember)
    {
        lock (_lock)
        {
            _waiting.RemoveAll(impression => isMember(impression.MemberId));

            // The flusher may be reading these by their places: they stay, empty.
            for (var i = 0; i < _spare.Count; i++)
            {
                if (_spare[i].MemberId is { } id && isMember(id)) _spare[i] = default;
            }
        }
    }

    private static void Copy(List<Impression> from, List<Impression> into, string? memberId)
    {
        foreach (var impression in from)
        {
            if (impression.MemberId is not null && (memberId is null || impression.MemberId == memberId)) into.Add(impression);
        }
    }
}
