namespace DecisionServer.Store;

/// <summary>
/// What one thread has to do, one after the other. The thread sleeps while there is nothing, without spinning before: what spins at ordinary priority
/// takes the processor from the threads that give way.
/// </summary>
/// <remarks>
/// There is no lock. A thread that gives way may lose its processor at any instruction, for as long as decisions keep it busy, and whoever waited for
/// its lock would wait as long: with the pool's threads that is, decisions.
/// </remarks>
internal sealed class SideQueue : IDisposable
{
    private readonly Bell _bell = new();

    // What has come since the thread looked last, the latest first.
    private Entry? _latest;

    /// <summary>Adds something to do. After <see cref="Complete"/> it may stay undone.</summary>
    public void Add(Action action) => Push(new Entry(action));

    /// <summary>Nothing more comes; what is there is still done.</summary>
    public void Complete() => Push(new Entry(null));

    /// <summary>Does what comes, until it is completed. For one thread.</summary>
    public void Run()
    {
        while (true)
        {
            Entry? entry = InOrder(Interlocked.Exchange(ref _latest, null));
            if (entry is null)
            {
                _bell.Wait();
            }

            for (; entry is not null; entry = entry.Next)
            {
                if (entry.Action is null)
                {
                    return;
                }

                entry.Action();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _bell.Dispose();

    private void Push(Entry entry)
    {
        Entry? latest = Volatile.Read(ref _latest);
        while (true)
        {
            entry.Next = latest;
            Entry? found = Interlocked.CompareExchange(ref _latest, entry, latest);
            if (found == latest)
            {
                break;
            }

            latest = found;
        }

        // Otherwise somebody else has rung, and the thread has not looked yet.
        if (latest is null)
        {
            _bell.Ring();
        }
    }

    private static Entry? InOrder(Entry? latest)
    {
        Entry? first = null;
        while (latest is not null)
        {
            (latest.Next, first, latest) = (first, latest, latest.Next);
        }

        return first;
    }

    private sealed class Entry(Action? action)
    {
        public Action? Action { get; } = action;

        public Entry? Next { get; set; }
    }
}
