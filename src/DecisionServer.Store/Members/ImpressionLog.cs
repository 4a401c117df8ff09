namespace DecisionServer.Store;

/// <summary>
/// Impressions that decisions have counted in serving and the journal does not know yet. Decisions add, one flusher carries them over, a chunk at a time; what a
/// crash finds here is lost, which is why it is flushed within a second.
/// </summary>
public sealed class ImpressionLog
{
    /// <summary>Most impressions that wait. Beyond, they count in serving only; <see cref="Dropped"/> tells how many.</summary>
    public const int MaxWaiting = 1_000_000;

    private readonly Lock _lock = new();
    private readonly Queue<Impression> _waiting = new();
    private readonly List<Impression> _chunk = [];
    private long _number;
    private long _dropped;

    /// <summary>Impressions that the journal will never know of.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Impressions that wait, those of the chunk included.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock) return _waiting.Count + _chunk.Count;
        }
    }

    /// <summary>Adds impressions of one decision.</summary>
    public void Add(ReadOnlySpan<Impression> impressions)
    {
        lock (_lock)
        {
            if (_waiting.Count + impressions.Length > MaxWaiting)
            {
                _dropped += impressions.Length;
                return;
            }

            foreach (ref readonly var impression in impressions) _waiting.Enqueue(impression);
        }
    }

    /// <summary>
    /// Makes the oldest of those that wait the chunk that is carried over. A chunk that is not settled yet stays as it is, however often it is begun: the journal
    /// may hold it already.
    /// </summary>
    /// <param name="most">So many at most.</param>
    /// <returns>Whether there is one.</returns>
    public bool BeginChunk(int most)
    {
        lock (_lock)
        {
            if (_chunk.Count > 0) return true;
            while (_chunk.Count < most && _waiting.TryDequeue(out var impression)) _chunk.Add(impression);
            if (_chunk.Count == 0) return false;
            _number++;
            return true;
        }
    }

    /// <summary>The journal holds the chunk. It may come late, when whoever began the chunk was told that it had failed: by then there may be another, which stays.</summary>
    /// <param name="number">Which, as <see cref="CopyChunk"/> gave it.</param>
    public void SettleChunk(long number)
    {
        lock (_lock)
        {
            if (number == _number) _chunk.Clear();
        }
    }

    /// <summary>Copies the chunk, without members who were erased since it was begun.</summary>
    /// <param name="into">Is emptied first.</param>
    /// <returns>Its number, from 1 on, which no other chunk of this process has; 0: there is none.</returns>
    public long CopyChunk(List<Impression> into)
    {
        into.Clear();
        lock (_lock)
        {
            Copy(_chunk, into, null);
            return _chunk.Count > 0 ? _number : 0;
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
            Copy(_chunk, into, memberId);
            Copy(_waiting, into, memberId);
        }
    }

    /// <summary>Takes away what waits of a member that is erased.</summary>
    public void Forget(string memberId) => Forget(id => id == memberId);

    /// <summary>The same for a member whose id is not known any more.</summary>
    public void Forget(MemberKey member) => Forget(id => MemberKey.From(id) == member);

    private void Forget(Func<string, bool> isMember)
    {
        lock (_lock)
        {
            for (var left = _waiting.Count; left > 0; left--)
            {
                var impression = _waiting.Dequeue();
                if (!isMember(impression.MemberId)) _waiting.Enqueue(impression);
            }

            // A chunk is one and the same until it is settled, even where nothing of it is left: its places stay, empty.
            for (var i = 0; i < _chunk.Count; i++)
            {
                if (_chunk[i].MemberId is { } id && isMember(id)) _chunk[i] = default;
            }
        }
    }

    // The loops are written out: an enumerator of either is a structure only where its type is known.
    private static void Copy(List<Impression> from, List<Impression> into, string? memberId)
    {
        foreach (var impression in from) Copy(impression, into, memberId);
    }

    private static void Copy(Queue<Impression> from, List<Impression> into, string? memberId)
    {
        foreach (var impression in from) Copy(impression, into, memberId);
    }

    private static void Copy(in Impression impression, List<Impression> into, string? memberId)
    {
        if (impression.MemberId is not null && (memberId is null || impression.MemberId == memberId)) into.Add(impression);
    }
}
