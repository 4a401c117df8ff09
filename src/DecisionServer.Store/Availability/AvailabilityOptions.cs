namespace DecisionServer.Store;

/// <summary>Limits of the live availability.</summary>
public sealed record AvailabilityOptions
{
    /// <summary>Default of <see cref="MaxRows"/>.</summary>
    public const int DefaultMaxRows = 4_000_000;

    /// <summary>
    /// Most rows, 16 to 100,000,000. A subject that is only spoken of in chains or stores takes one row more, which heads the list of them.
    /// Each takes about 220 bytes once it is used (see <see cref="AvailabilityStore"/>).
    /// </summary>
    public int MaxRows { get; init; } = DefaultMaxRows;

    /// <summary>
    /// Changes at hand for watchers, 1 to 16,777,216; 200 bytes each. A watcher that is further behind gets a snapshot.
    /// </summary>
    public int RecentChanges { get; init; } = 65_536;

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> where a limit is out of its range.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRows, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxRows, 100_000_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(RecentChanges, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(RecentChanges, 16_777_216);
    }
}
