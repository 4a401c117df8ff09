namespace DecisionServer.Store;

/// <summary>A member's counters, unpacked into memory that is used again and again. Increments commute: their order does not matter.</summary>
public sealed class MemberCounters
{
    /// <summary>Most counters of a member. Beyond it the one that was touched longest ago goes: it counts from 0 again.</summary>
    public const int MaxCounters = 1_024;

    /// <summary>Most instants of rolling windows of a member. Beyond it the counter that was touched longest ago goes.</summary>
    public const int MaxStamps = 8_192;

    private CounterEntry[] _counters = new CounterEntry[8];
    private long[] _stamps = new long[16];
    private int _usedStamps;

    /// <summary>How many counters there are.</summary>
    public int Count { get; private set; }

    /// <summary>The counters, the one touched longest ago first.</summary>
    public ReadOnlySpan<CounterEntry> Span => _counters.AsSpan(0, Count);

    /// <summary>Instants kept by all counters together.</summary>
    public int StampCount { get; private set; }

    /// <summary>The instants that a rolling counter keeps, in UTC ticks, ascending.</summary>
    public ReadOnlySpan<long> StampsOf(in CounterEntry counter) => counter.IsRolling ? _stamps.AsSpan(counter.FirstStamp, counter.Count) : [];

    /// <summary>Takes all counters away.</summary>
    public void Clear() => Count = _usedStamps = StampCount = 0;

    /// <summary>Whether a cap is reached at an instant of a calendar period.</summary>
    public bool IsReached(CapRule rule, ulong key, int period, long nowTicks)
    {
        var at = Find(key);
        if (at < 0) return false;
        ref readonly var counter = ref _counters[at];
        if (!counter.IsRolling) return counter.Period == period && counter.Count >= rule.Limit;

        // More instants than the limit may be kept where a limit was lowered: the one that counts is the limit-th from the end.
        return counter.Count >= rule.Limit && _stamps[counter.FirstStamp + counter.Count - rule.Limit] > nowTicks - rule.Window.Length.Ticks;
    }

    /// <summary>Counts an event.</summary>
    /// <param name="rule">A rule whose window the counter has.</param>
    /// <param name="key">The counter's key.</param>
    /// <param name="period">Calendar period of the event; 0 where the window has none.</param>
    /// <param name="ticks">Instant of the event, UTC ticks.</param>
    /// <param name="keep">For a rolling window: how many instants to keep, 1 to 100.</param>
    public void Add(CapRule rule, ulong key, int period, long ticks, int keep)
    {
        var at = Find(key);
        var counter = at >= 0 ? Take(at) : new CounterEntry(key, period, 0, rule.Window.Kind == CapWindowKind.Rolling ? _usedStamps : -1);
        if (counter.IsRolling) Keep(ref counter, ticks, keep);
        else if (period == counter.Period) counter.Count++;
        else if (period > counter.Period) (counter.Period, counter.Count) = (period, 1);

        // Whatever is late for its period is over already.
        Append(counter);
        while (Count > MaxCounters || StampCount > MaxStamps) Take(0);
    }

    /// <summary>Puts a counter at the end, as it was read from the journal.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="period">Its period.</param>
    /// <param name="count">Its count; not looked at where there are instants.</param>
    /// <param name="stamps">Its instants, ascending. Null: it is not rolling.</param>
    public void Restore(ulong key, int period, int count, IReadOnlyList<long>? stamps)
    {
        if (stamps is null)
        {
            Append(new CounterEntry(key, period, count, -1));
            return;
        }

        var first = _usedStamps;
        foreach (var stamp in stamps) AppendStamp(stamp);
        StampCount += stamps.Count;
        Append(new CounterEntry(key, 0, stamps.Count, first));
    }

    internal void Restore(in CounterEntry counter, ReadOnlySpan<long> stamps)
    {
        var restored = counter;
        if (counter.IsRolling)
        {
            restored.FirstStamp = _usedStamps;
            foreach (var stamp in stamps) AppendStamp(stamp);
            StampCount += stamps.Length;
        }

        Append(restored);
    }

    private int Find(ulong key)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            if (_counters[i].Key == key) return i;
        }

        return -1;
    }

    private CounterEntry Take(int at)
    {
        var counter = _counters[at];
        if (counter.IsRolling) StampCount -= counter.Count;
        Array.Copy(_counters, at + 1, _counters, at, Count - at - 1);
        Count--;
        return counter;
    }

    private void Append(CounterEntry counter)
    {
        if (Count == _counters.Length) Array.Resize(ref _counters, Count * 2);
        _counters[Count++] = counter;
    }

    // Old instants and the new one, in order, go to the end of the buffer, where there is room for one more; only the newest count.
    private void Keep(ref CounterEntry counter, long ticks, int keep)
    {
        var (from, left) = (counter.FirstStamp, counter.Count);
        if (_usedStamps > 4 * MaxStamps) Compact(ref from, left);
        var start = _usedStamps;
        var isPlaced = false;
        for (var i = 0; i < left; i++)
        {
            if (!isPlaced && ticks < _stamps[from + i])
            {
                AppendStamp(ticks);
                isPlaced = true;
            }

            AppendStamp(_stamps[from + i]);
        }

        if (!isPlaced) AppendStamp(ticks);
        var dropped = Math.Max(0, left + 1 - keep);
        (counter.FirstStamp, counter.Count) = (start + dropped, left + 1 - dropped);
        StampCount += counter.Count;
    }

    // Instants of counters that have moved on are let go. The one being moved is not in the list, so it comes first.
    private void Compact(ref int from, int count)
    {
        var stamps = new long[_stamps.Length];
        _stamps.AsSpan(from, count).CopyTo(stamps);
        from = 0;
        var used = count;
        foreach (ref var counter in _counters.AsSpan(0, Count))
        {
            if (!counter.IsRolling) continue;
            StampsOf(in counter).CopyTo(stamps.AsSpan(used));
            counter.FirstStamp = used;
            used += counter.Count;
        }

        (_stamps, _usedStamps) = (stamps, used);
    }

    private void AppendStamp(long ticks)
    {
        if (_usedStamps == _stamps.Length) Array.Resize(ref _stamps, _stamps.Length * 2);
        _stamps[_usedStamps++] = ticks;
    }
}
